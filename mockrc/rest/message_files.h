/*
 * What a message is sent with as multipart: its files, and fields that stand for members of the JSON
 * (rest.md 5.12; RFC 7578). For message_send.c.
 */
#ifndef MOCKRC_REST_MESSAGE_FILES_H
#define MOCKRC_REST_MESSAGE_FILES_H

#include "api/route.h"

/* Without a JSON part the fields are the body: from, to (repeated), text, faxResolution, coverIndex,
 * coverPageText. Refuses (CMN-101) and returns false when one is not readable. */
bool message_form(struct call *call);

enum message_files { FILES_OF_MMS, FILES_OF_FAX };

/* Puts the files into the draft; they borrow the request. Refuses and returns false: too many
 * (MSG-348), too large together (MSG-338), of a kind nobody takes (MSG-349). */
bool message_files_read(struct call *call, enum message_files kind, struct message_draft *draft);

#endif
