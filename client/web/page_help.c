/* Help: how this page behaves where a person could expect two things. */
#include "web/view.h"

static const struct {
    const char *title, *text;
} answers[] = {
    {"The words of API Auth Status",
     "Not Authenticated: there is no grant. Authenticated: the last probe opened the API. "
     "Authenticated \xe2\x80\x93 degraded (plane: diagnosis): the grant works, something named "
     "does "
     "not. Reconnect needed (diagnosis): only a new Authenticate helps. The time of the last good "
     "probe stands below it. Upper and lower case do not matter when the words are compared."},
    {"When a new authorization counts",
     "After Authorize the status changes at once, but the tenant's work goes on with the grant "
     "that was saved before. The new one is used for a look at who authorized, and for data "
     "transfer only after Save and OK."},
    {"Cancel in Confirm Changes",
     "Nothing is saved, the grant in force is untouched, and the form stays open with your "
     "entries. Discard changes throws them away."},
    {"Leaving with unsaved changes",
     "The browser asks before it leaves Platform Settings with entries that are not saved. The "
     "other pages show a reminder while an authorization or changes wait."},
    {"A field without a port number",
     "Is taken, with a note beside the field: the transport's default, 5060, is used. Never "
     "silently."},
    {"Changing the proxies, changing the grant",
     "New proxies need no new Authenticate; the handsets are registered through them after OK. A "
     "new grant does not register the handsets again."},
    {"The Super Admin's password",
     "Is typed at the provider only. This tenant never sees it and keeps nothing made from it. "
     "After each change of that password, authenticate again."},
    {"Saving twice, two windows",
     "A second Save without a change does nothing. When two windows change the same field, the "
     "later one is told before it replaces the earlier one's value; fields it did not touch keep "
     "the newer value."},
    {"When your log-in here ends in the middle",
     "Log in again: what you typed is still there, and what the provider sent back was kept."},
};

void page_help(struct visit *visit)
{
    struct sb *page = visit->page;
    view_begin(visit, "Help", "help");
    sb_add(page, "<section class=window><h1>Help</h1>");
    sb_add(page,
           "<h2>Setting up</h2><ol class=steps><li>Make a dedicated Super Admin at the "
           "provider. It is not made here.</li><li>Open Admin(System), then the platform's "
           "entry, and fill in the fields.</li><li>Click Authenticate, log in at the provider "
           "as that Super Admin and press Authorize.</li><li>Back in Platform Settings, click "
           "Save, then OK.</li></ol>");
    for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
        html_addf(page, "<h2>%s</h2><p>%s</p>", answers[i].title, answers[i].text);
    sb_add(page, "</section>");
    view_end(visit);
}
