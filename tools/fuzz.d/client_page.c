/* rc-client reads login pages of any provider: forms, controls and alerts out of any HTML. */
#include "page.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *html = fuzz_text(data, size);
    struct page *page = page_read(html);
    assert(page->form_count <= PAGE_FORMS && page->control_count <= PAGE_CONTROLS);
    for (int i = 0; i < page->form_count; i++)
        assert(page->forms[i].action);
    for (int i = 0; i < page->control_count; i++) {
        const struct control *control = &page->controls[i];
        assert(control->name && control->value && control->label && control->action);
        assert(control->form >= 0 && control->form < page->form_count);
        if (control->name[0])
            assert(page_named(page, control->form, control->name));
    }
    assert(memchr(page->alert_code, 0, sizeof page->alert_code));
    assert(memchr(page->alert_text, 0, sizeof page->alert_text));
    page_free(page);
    free(html);
    return 0;
}
