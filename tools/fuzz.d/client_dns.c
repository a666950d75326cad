/* A name server's answer as the client reads it: no look past its end, texts that end. */
#include "dnsread.h"

#include "fuzz.d/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA, DNS_SRV, DNS_NAPTR};
    unsigned char *bytes = malloc(size ? size : 1); /* a look past the end is seen */
    struct dns_records read;
    memcpy(bytes, data, size);
    for (int i = 0; i < 4; i++) {
        dnsread(bytes, size, "p.test", types[i], &read);
        assert(read.count >= 0 && read.count <= DNSREAD_RECORDS_MAX);
        for (int j = 0; j < read.count; j++) {
            const struct dns_record *one = &read.list[j];
            assert(strnlen(one->target, sizeof(one->target)) < sizeof(one->target));
            assert(strnlen(one->service, sizeof(one->service)) < sizeof(one->service));
            assert(strnlen(one->flags, sizeof(one->flags)) < sizeof(one->flags));
            assert(one->port <= 65535 && one->ttl_s <= 604800);
        }
    }
    free(bytes);
    return 0;
}
