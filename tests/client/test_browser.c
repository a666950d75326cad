/*
 * Authenticate with a person's browser: the program prints the URL, waits on its redirect URI, and
 * takes the redirect that carries its own state only. And the pages that only a person can pass.
 */
#include "rig.h"
#include "signin.h"
#include "web.h"

/* A port that is free now and that nobody is given by chance meanwhile: below the kernel's own range
 * for port 0. */
static int free_port(void)
{
    for (int i = 0; i < 2000; i++) {
        int port = 20000 + (getpid() * 7 + i) % 12000;
        struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        int err = bind(fd, (struct sockaddr *)&at, sizeof(at));
        close(fd);
        if (err == 0)
            return port;
    }
    fail_msg("no free port from 20000 to 32000");
    return 0;
}

static pid_t start_authenticate(const struct rig *rig, FILE **ret_err)
{
    int err[2];
    assert_int_equal(pipe(err), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(err[1], 2);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execl(BIN_DIR "/rc-client", "rc-client", "authenticate", "--db", rig->db, "--json",
              "--timeout", "20", (char *)NULL);
        _exit(121);
    }
    close(err[1]);
    *ret_err = fdopen(err[0], "r");
    return pid;
}

static int visit(struct web *web, const char *url)
{
    struct web_reply reply;
    web_send(web, &(struct web_request){.url = url}, &reply);
    int status = reply.status;
    web_reply_done(&reply);
    return status;
}

static void a_browser_s_redirect_ends_the_wait(void **state)
{
    struct rig *rig = *state;
    char args[300], url[2048] = "", callback[600], value[200];
    int port = free_port(), status;
    FILE *err;
    given_connected(rig, true);
    snprintf(args, sizeof(args), "\"redirect_uri\":\"http://127.0.0.1:%d/cb\"", port);
    cJSON_Delete(say(rig, "connect", args, 0));
    pid_t pid = start_authenticate(rig, &err);
    while (strncmp(url, "http://", 7) != 0)
        assert_non_null(fgets(url, sizeof(url), err));
    url[strcspn(url, "\n")] = '\0';
    assert_true(text_query(strchr(url, '?') + 1, "state", value, sizeof(value)));

    struct web *web = web_new("browser");
    assert_int_equal(visit(web, url), 302); /* the platform learns state and challenge */
    snprintf(callback, sizeof(callback), "http://127.0.0.1:%d/favicon.ico", port);
    assert_int_equal(visit(web, callback), 404);
    snprintf(callback, sizeof(callback), "http://127.0.0.1:%d/cb?code=evil&state=x", port);
    assert_int_equal(visit(web, callback), 200);
    snprintf(callback, sizeof(callback), "http://127.0.0.1:%d/cb?code=U0pD%%7Cabc&state=%s", port,
             value);
    assert_int_equal(visit(web, callback), 200);
    web_free(web);
    while (fgets(url, sizeof(url), err))
        print_message("%s", url);
    fclose(err);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    meet(rig);
    assert_int_equal(rig->platform->asked_code, 1);
    check(rig, "doctor", "", 2, "result.diagnosis", "GRANT_PENDING_SAVE");
}

/* A platform of one page. */
static int serve_page(struct mg_connection *connection, void *arg)
{
    fake_send(connection, 200, "Content-Type: text/html\r\n", arg);
    return 200;
}

static void pages_for_a_person_end_the_walk(void **state)
{
    static const struct {
        const char *page, *error;
    } rows[] = {
        {"<form method=post><input name=code autocomplete=one-time-code></form>",
         "second_factor_required"},
        {"<form method=post><input type=password name=new_password autocomplete=new-password>"
         "</form>",
         "password_expired"},
        {"<p>Down for maintenance</p>", "page_unknown"},
        {"<form><input type=hidden name=a value=1></form>", "page_unknown"},
        {"<p role=alert data-code=OAU-113>No redirect uri</p>", "sign_in_refused"},
        {"<form method=post><input name=username></form>", "sign_in_refused"}, /* again, again */
        {"{\"error\":\"invalid_client\",\"errors\":[{\"errorCode\":\"OAU-153\"}]}",
         "invalid_client"},
        {"plain text", "http_error"},
    };
    struct web *web = web_new("browser");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct landing landing;
        char url[100];
        struct fake *fake = fake_start();
        mg_set_request_handler(fake->server, "/", serve_page, (void *)(uintptr_t)rows[i].page);
        snprintf(url, sizeof(url), "http://127.0.0.1:%d/authorize", fake->port);
        signin_walk(web,
                    &(struct signin){.authorize_url = url,
                                     .redirect_uri = "http://127.0.0.1:1/cb",
                                     .username = "u",
                                     .password = "p"},
                    &landing);
        print_message("%s\n", rows[i].page);
        assert_false(landing.has_landed);
        assert_string_equal(landing.error, rows[i].error);
        fake_stop(fake);
    }
    web_free(web);
}

/* Another site's login: first a page for the name, then one for name and password. */
static int serve_company(struct mg_connection *connection, void *arg)
{
    bool *was_posted = arg;
    char form[500] = "";
    mg_read(connection, form, sizeof(form) - 1);
    *was_posted = *was_posted || strstr(form, "password=") != NULL;
    fake_send(connection, 200, "",
              strstr(form, "username=u") ? "<form method=post><input name=username>"
                                           "<input type=password name=password></form>"
                                         : "<form method=post><input name=username></form>");
    return 200;
}

static void the_password_is_not_typed_into_another_site_s_login(void **state)
{
    struct fake *fake = fake_start();
    struct web *web = web_new("browser");
    struct landing landing;
    bool was_posted = false;
    char url[100];
    mg_set_request_handler(fake->server, "/", serve_company, &was_posted);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/authorize", fake->port);
    signin_walk(web,
                &(struct signin){.authorize_url = url,
                                 .redirect_uri = "http://127.0.0.1:1/cb",
                                 .username = "u",
                                 .password = "p"},
                &landing);
    assert_string_equal(landing.error, "company_login_required");
    assert_false(was_posted);
    web_free(web);
    fake_stop(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_browser_s_redirect_ends_the_wait, given_rig, no_rig),
        cmocka_unit_test(pages_for_a_person_end_the_walk),
        cmocka_unit_test(the_password_is_not_typed_into_another_site_s_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
