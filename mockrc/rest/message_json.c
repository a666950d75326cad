#include "rest/message_json.h"

#include "rest/uri.h"

static void write_party(struct json_out *out, const char *key, const struct call *call,
                        const struct message_party *party)
{
    const struct user *user = party->user_id ? user_by_id(call->world, party->user_id) : NULL;
    json_open(out, key);
    json_str(out, "phoneNumber", party->number);
    if (user) {
        uri_id(out, "extensionId", user->id);
        json_str(out, "extensionNumber", user->extension_number);
        json_str(out, "name", user->name);
    }
    json_close(out);
}

/* Below the owner's store: ".../message-store/{id}", or the content of that id below it (0: none). */
static void write_uri(struct json_out *out, const char *key, const struct call *call,
                      const struct message *message, int64_t content)
{
    uri_open(out, key, call->world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, call->account->id);
    buf_str(out->buf, "/extension/");
    buf_int(out->buf, message->user_id);
    buf_str(out->buf, "/message-store/");
    buf_int(out->buf, message->id);
    if (content) {
        buf_str(out->buf, "/content/");
        buf_int(out->buf, content);
    }
    uri_close(out);
}

static void open_attachment(struct json_out *out, const struct call *call,
                            const struct message *message, int64_t id, const char *type,
                            const char *content_type)
{
    json_open(out, NULL);
    json_int(out, "id", id);
    write_uri(out, "uri", call, message, id);
    json_str(out, "type", type);
    json_str(out, "contentType", content_type);
}

/* The text itself, under the message's own id, and the files. A deleted message shows none. */
static void write_attachments(struct json_out *out, const struct call *call,
                              const struct message *message)
{
    bool is_fax = message->kind == MESSAGE_FAX;
    json_list(out, "attachments");
    if (message->availability == MESSAGE_ALIVE && message->subject && !is_fax) {
        open_attachment(out, call, message, message->id, "Text", "text/plain");
        json_close(out);
    }
    if (message->availability == MESSAGE_ALIVE && message->kind == MESSAGE_VOICEMAIL) {
        open_attachment(out, call, message, message->id, "AudioRecording", "audio/wav");
        json_int(out, "vmDuration", message->audio_ms / 1000);
        json_close(out);
    }
    for (size_t i = 0; message->availability == MESSAGE_ALIVE && i < message->file_count; i++) {
        const struct message_file *file = message->files[i];
        open_attachment(out, call, message, message_file_id(message, i),
                        is_fax ? "RenderedDocument" : "MmsAttachment", file->type);
        json_str(out, "fileName", file->name);
        json_int(out, "size", (int64_t)file->size);
        json_close(out);
    }
    json_list_end(out);
}

void message_write(struct json_out *out, const struct call *call, const struct message *message)
{
    json_open(out, NULL);
    json_int(out, "id", message->id);
    write_uri(out, "uri", call, message, 0);
    uri_id(out, "extensionId", message->user_id);
    json_str(out, "type", message_kind_name(message->kind));
    json_str(out, "direction", message->direction == MESSAGE_INBOUND ? "Inbound" : "Outbound");
    json_str(out, "availability", availability_name(message->availability));
    json_str(out, "readStatus", message->is_read ? "Read" : "Unread");
    json_str(out, "messageStatus", message_status_name(call->world, message));
    json_str(out, "priority", "Normal");
    json_time(out, "creationTime", message->created_ms);
    json_time(out, "lastModifiedTime", message->modified_ms);
    write_party(out, "from", call, &message->from);
    json_list(out, "to");
    for (size_t i = 0; i < message->to_count; i++)
        write_party(out, NULL, call, &message->to[i]);
    json_list_end(out);
    json_int(out, "conversationId", message->conversation_id);
    json_open(out, "conversation");
    uri_id(out, "id", message->conversation_id);
    json_close(out);
    json_str(out, "subject", message->subject);
    if (message->kind == MESSAGE_FAX) {
        json_str(out, "faxResolution", message->is_high ? "High" : "Low");
        json_int(out, "coverIndex", message->cover_index);
        json_str(out, "coverPageText", message->cover_text);
    }
    if (message->kind == MESSAGE_VOICEMAIL)
        json_str(out, "vmTranscriptionStatus", "NotAvailable");
    write_attachments(out, call, message);
    json_close(out);
}
