/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSession: one follower's cursor in its location's log. */
#pragma once

#include "live/hl-room.h"

G_BEGIN_DECLS

/* A session is a cursor, not a queue: the next seq, a credit, and what it has seen of the
 * unfinished lines. Units come from the room's ring, older ones page by page from the store. Counted: a
 * pending answer of the writer or the reader holds a reference; the room lists those that are open. */
HlSession  *hl_session_new             (HlRoom            *room,
                                        const HlTokenInfo *token,
                                        const HlHubArrival *arrival,
                                        HlStream          *stream);
HlSession  *hl_session_ref             (HlSession *self);
void        hl_session_unref           (HlSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlSession, hl_session_unref)

/* The room has something new: sends what credit and socket allow. */
void        hl_session_pump            (HlSession *self);

/* Answers of the room. */
void        hl_session_opened          (HlSession *self,
                                        HlAnswer   answer);
void        hl_session_take_checkpoint (HlSession    *self,
                                        HlCheckpoint *checkpoint);

/* Sends the digest if the session stands exactly at @pos. @frame: transfer none. */
void        hl_session_digest          (HlSession        *self,
                                        const HlPosition *pos,
                                        GBytes           *frame);

/* `bye`, then the close. @retry_ms -1: at random in the spread, where the code means to come back. @cause: for
 * the connection log; NULL: the code's name. */
void        hl_session_bye             (HlSession  *self,
                                        guint       code,
                                        gint64      retry_ms,
                                        const char *cause);

/* Adds to a row of the connection log where a client came from, and with which token. @token may be NULL. */
void        hl_session_log_arrival     (HlConnectionRow    *row,
                                        const HlTokenInfo  *token,
                                        const HlHubArrival *arrival);

const char *hl_session_get_token_id    (HlSession *self);
/* The client's address if a trusted proxy told it; NULL: it came directly. */
const char *hl_session_get_forwarded   (HlSession *self);
const char *hl_session_get_device      (HlSession *self);   /* NULL before hello */
gboolean    hl_session_is_closing      (HlSession *self);
JsonObject *hl_session_dup_presence    (HlSession *self);
guint64     hl_session_get_unsent      (HlSession *self);   /* as the client reports it */
guint64     hl_session_get_in_flight   (HlSession *self);   /* events sent and not acknowledged */

/* Linked by the room. */
GList      *hl_session_get_link        (HlSession *self);

G_END_DECLS
