/*
 * The families of REST: each file has an array of rows and a function that shows it. A new family
 * is a file, a line here and a line in families.c.
 */
#ifndef MOCKRC_REST_FAMILIES_H
#define MOCKRC_REST_FAMILIES_H

#include "api/route.h"

struct route_family root_routes(void);
struct route_family account_routes(void);
struct route_family extension_routes(void);
struct route_family number_routes(void);
struct route_family device_routes(void);
struct route_family provision_routes(void);
struct route_family call_log_routes(void);
struct route_family call_sync_routes(void);
struct route_family recording_routes(void);
struct route_family role_routes(void);
struct route_family presence_routes(void);
struct route_family queue_routes(void);
struct route_family queue_presence_routes(void);
struct route_family message_store_routes(void);
struct route_family message_sync_routes(void);
struct route_family message_send_routes(void);
struct route_family role_edit_routes(void);
struct route_family call_edit_routes(void);
struct route_family v2_routes(void);
struct route_family monitoring_routes(void);
struct route_family feature_routes(void);
struct route_family dictionary_routes(void);
struct route_family subscription_routes(void);
struct route_family telephony_routes(void);
struct route_family telephony_place_routes(void);
struct route_family conference_routes(void);

#endif
