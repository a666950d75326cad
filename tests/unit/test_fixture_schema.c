/* The published schema says what the loader's tables say: every key, every word, what is required. */
#include "support/cmocka_all.h"

#include "base/yaml.h"
#include "fixture/field.h"

#include <string.h>

struct schema {
    struct arena arena;
    const struct node *root;
};

static int given_schema(void **state)
{
    static struct schema schema;
    struct diag diag;
    arena_init(&schema.arena);
    *state = &schema;
    return yaml_load(&schema.arena, SOURCE_DIR "/fixtures/fixture.schema.json", &schema.root,
                     &diag);
}

static int done(void **state)
{
    arena_done(&((struct schema *)*state)->arena);
    return 0;
}

static const struct node *get(const struct node *node, const char *a, const char *b)
{
    const struct node *found = node_get(node_get(node, a), b);
    if (!found)
        fail_msg("the schema has no %s.%s", a, b);
    return found;
}

static bool lists(const struct node *list, const char *text)
{
    for (const struct node *item = node_first(list); item; item = item->next)
        if (strcmp(node_text(item, ""), text) == 0)
            return true;
    return false;
}

/* The enum of a property, or of its items; roles may also be written as slugs. */
static void expect_words(const struct node *property, const struct words *words, const char *where)
{
    const struct node *list = node_get(property, "enum");
    if (!list)
        list = node_get(node_get(property, "items"), "enum");
    if (!list)
        fail_msg("%s has no enum", where);
    for (size_t i = 0; i < words->count; i++)
        if (!lists(list, words->name(i)))
            fail_msg("%s lacks %s", where, words->name(i));
    if (list->count != words->count)
        fail_msg("%s has %zu words, the loader %zu", where, list->count, words->count);
}

static void each_noun_has_the_loaders_keys(void **state)
{
    static const struct {
        const struct section *section;
        const char *name;
    } rows[] = {
        {&fixture_account, "account"},
        {&fixture_users, "user"},
        {&fixture_numbers, "phone_number"},
        {&fixture_devices, "device"},
        {&fixture_apps, "app"},
        {&fixture_jwt_credentials, "jwt_credential"},
        {&fixture_proxies, "proxy"},
        {&fixture_parties, "party"},
    };
    const struct schema *schema = *state;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const struct section *section = rows[r].section;
        const struct node *noun = get(schema->root, "$defs", rows[r].name);
        const struct node *properties = node_get(noun, "properties");
        size_t required = 0;
        assert_false(node_bool(node_get(noun, "additionalProperties"), true));
        for (size_t i = 0; i < section->field_count; i++) {
            const struct field *field = &section->fields[i];
            const struct node *property = get(noun, "properties", field->name);
            assert_non_null(node_get(property, "description"));
            if (field->words)
                expect_words(property, field->words, field->name);
            if (field->otherwise && !field->words && !node_get(property, "default") &&
                field->read != field_read_time)
                fail_msg("%s.%s has no default", rows[r].name, field->name);
            if (field->otherwise && node_get(property, "default"))
                assert_string_equal(node_text(node_get(property, "default"), ""), field->otherwise);
            required += field->is_required;
            assert_int_equal(lists(node_get(noun, "required"), field->name), field->is_required);
        }
        assert_int_equal(properties->count, section->field_count);
        assert_int_equal(node_get(noun, "required")->count, required);
        assert_true(node_get(node_get(schema->root, "properties"), section->name) != NULL);
        assert_int_equal(lists(node_get(schema->root, "required"), section->name),
                         section->is_required);
    }
}

static void every_knob_is_there(void **state)
{
    const struct schema *schema = *state;
    const struct node *knobs = get(schema->root, "properties", "knobs");
    for (size_t i = 0; i < knob_count(); i++)
        get(knobs, "properties", knob_name(i));
    assert_int_equal(node_get(knobs, "properties")->count, knob_count());
}

static const char *scope_at(size_t i)
{
    return scope_name((enum scope)(i + 1));
}

static const char *role_at(size_t i)
{
    static const char *const slugs[ROLE_COUNT] = {
        "super-admin", "phone-system-admin",     "billing-admin", "user-admin",
        "manager",     "standard-international", "standard"};
    enum role role;
    if (i < ROLE_COUNT)
        return role_name((enum role)i);
    return role_named(slugs[i - ROLE_COUNT], &role) ? slugs[i - ROLE_COUNT] : "";
}

static void every_scope_feature_and_role_is_there(void **state)
{
    const struct schema *schema = *state;
    const struct words features = {"", account_feature_name, account_feature_count()};
    const struct words scopes = {"", scope_at, SCOPE_COUNT - 1};
    const struct words roles = {"", role_at, (size_t)ROLE_COUNT * 2};
    const struct node *defs = node_get(schema->root, "$defs");
    expect_words(node_get(get(defs, "account", "properties"), "features_off"), &features,
                 "features_off");
    expect_words(node_get(get(defs, "app", "properties"), "scopes"), &scopes, "scopes");
    expect_words(node_get(get(defs, "user", "properties"), "role"), &roles, "role");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_noun_has_the_loaders_keys),
        cmocka_unit_test(every_knob_is_there),
        cmocka_unit_test(every_scope_feature_and_role_is_there),
    };
    return cmocka_run_group_tests(tests, given_schema, done) != 0;
}
