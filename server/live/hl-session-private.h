/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of HlSession share: the cursor, and what the client says. */
#pragma once

#include "live/hl-credit.h"
#include "live/hl-session.h"
#include "net/hl-peer.h"

G_BEGIN_DECLS

typedef enum {
  HL_SESSION_AWAITS_HELLO,
  HL_SESSION_RESUMING,    /* the reader looks at its position */
  HL_SESSION_AWAITS_PART, /* the writer makes the snapshot */
  HL_SESSION_SNAPSHOT,    /* parts go out */
  HL_SESSION_STREAMING,
  HL_SESSION_CLOSING,
} HlSessionStage;

struct _HlSession {
  grefcount     refs;
  HlSessionStage stage;
  HlRoom       *room;
  HlPeer       *peer;       /* NULL once closed */
  GList         link;
  HlTimer       timer;
  gint64        armed;      /* deadline of the timer */
  gint64        began;
  gint64        expires;    /* the end of its longest life; G_MAXINT64: none */
  HlConnectionRow *opened;  /* not in the connection log yet: hello tells whose it is */

  char         *id;
  gboolean      forwarded;
  GRefString   *address;    /* interned; as limits see it: behind a proxy, the client's */
  GRefString   *token_id;   /* interned: many sessions share one, and app and language */
  char         *token_device; /* NULL: made by `token add` */
  HlRole        role;
  char         *device;     /* identity: 4409, counters */
  char         *label;
  char         *who;        /* the person of its newest action; NULL: none was named */
  gint64        acted;      /* boot us of that; 0: none on this connection */
  GRefString   *app;
  GRefString   *language;   /* NULL: not told */
  HlPosition   *hello_pos;

  guint64       cursor;     /* next seq to send */
  guint64       acked;
  HlCredit      credit;
  GPtrArray    *page;       /* of HlUnit, from the store; NULL: none */
  guint         page_index;
  gboolean      page_asked;
  HlCheckpoint *checkpoint;
  guint         part_sent;
  guint         part_acked;
  gboolean      was_live;   /* the cursor has been at the head once */
  gboolean      stalled;    /* waits for credit */
  gint64        progress;   /* last ack, or when something began to be in flight */
  gint64        behind;     /* since when the cursor is not at the head; 0: it is */
  guint64       partial_seen;
  gboolean      metered;    /* its network is paid by volume: it gets no unfinished lines */

  guint         unanswered; /* actions */
  gsize         answers;    /* bytes of answers queued since the socket was last empty */
  gboolean      paused;
  guint64       unsent;
  gint64        rtt;
  guint         frames_in;
  guint         frames_out;
  gboolean      newer;      /* it has sent a frame of a type that this version does not know */
  guint         acts;
  guint64       mismatches; /* digests that differed, as the client reports it */
};

/* Boot time in microseconds. */
gint64 hl_session_now            (HlSession *self);
/* Moves the one timer to the earliest deadline. */
void   hl_session_schedule       (HlSession *self);
void   hl_session_send_made      (HlSession *self,
                                  HlFrame   *frame);
/* An answer counts: a session whose answers pile up is not read for a while. */
void   hl_session_send_answer    (HlSession *self,
                                  HlFrame   *frame);
void   hl_session_update_reading (HlSession *self);
/* hl-session-log.c: the rows of the connection log, and the lines in the server's own */
void   hl_session_log_open       (HlSession          *self,
                                  const HlTokenInfo  *token,
                                  const HlHubArrival *arrival);
void   hl_session_log_hello      (HlSession *self);
void   hl_session_log_welcome    (HlSession  *self,
                                  const char *mode,
                                  const char *why);
/* The client's state was not the server's. @cause: what was done about it. */
void   hl_session_log_mismatch   (HlSession  *self,
                                  const char *cause);
void   hl_session_log_bye        (HlSession  *self,
                                  guint       code,
                                  gint64      retry_ms,
                                  const char *cause);
void   hl_session_log_close      (HlSession *self,
                                  guint      code,
                                  gboolean   clean,
                                  gboolean   stuck);
/* HlPeerFuncs.message */
void   hl_session_take_message   (HlPeer     *peer,
                                  const char *text,
                                  gsize       len,
                                  gpointer    data);

G_END_DECLS
