/*
 * The JSON Schema of scenarios, written from the tables that read them, so that an editor knows every
 * word. scenarios/scenario.schema.json is this; `mockrc schema` prints it and a test compares.
 */
#ifndef MOCKRC_SCENARIO_SCHEMA_H
#define MOCKRC_SCENARIO_SCHEMA_H

#include "base/buf.h"

/* JSON Schema 2020-12, indented. */
void schema_write(struct buf *out);

#endif
