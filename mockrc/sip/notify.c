#include "sip/notify.h"

size_t notify_check_sync(struct world *world, const char *aor)
{
    size_t count = 0;
    for (const struct binding *binding = binding_list(world, aor); binding;
         binding = binding->next) {
        if (binding->is_stale)
            continue;
        struct sip_out *out = sip_out_to(world, binding, aor, "NOTIFY");
        if (!out)
            break;
        out->headers = "Event: check-sync\r\n";
        count++;
    }
    return count;
}
