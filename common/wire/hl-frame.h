/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames of hostline.v1: JSON text on one side, plain typed structs on the other. */
#pragma once

#include <json-glib/json-glib.h>

#include "wire/hl-frame-error.h"
#include "wire/hl-position.h"

G_BEGIN_DECLS

/* Limits and numbers of the protocol; both programs use these and nothing else. */
#define HL_WIRE_PROTOCOL "hostline.v1"      /* the WebSocket subprotocol */
/* In every HTTP answer of hostlined, with the protocol's name: what refuses without it is something
 * else at that address. */
#define HL_WIRE_HEADER "Hostline-Protocol"
#define HL_WIRE_SCHEMA 1                    /* version of entities, for digests */
#define HL_WIRE_MAX_CLIENT_FRAME 65536      /* bytes, also of one encoded event */
#define HL_WIRE_MAX_SERVER_FRAME 262144     /* bytes */
#define HL_WIRE_CLIENT_RECEIVE_LIMIT 524288 /* what the dashboard sets on its socket */
#define HL_WIRE_MAX_UNIT_EVENTS 64
#define HL_WIRE_MAX_ACTIONS 32              /* unanswered `act` frames of one session */
#define HL_WIRE_ACK_EVENTS 64               /* an ack after so many events at the latest */
#define HL_WIRE_ACK_MS 100                  /* ... and so long after the last one */
#define HL_WIRE_WINDOW_EVENTS 1024
#define HL_WIRE_WINDOW_BYTES 1048576
#define HL_WIRE_HELLO_MS 5000
#define HL_WIRE_HEARTBEAT_MS 5000
#define HL_WIRE_HEARTBEAT_METERED_MS 15000
#define HL_WIRE_SPREAD_MS 3000
#define HL_WIRE_REPLAY_EVENTS 500
#define HL_WIRE_REPLAY_BYTES 262144
/* A publisher's event may nest 16 deep; the frame that carries it nests it two levels deeper. */
#define HL_WIRE_CLIENT_DEPTH 16
#define HL_WIRE_SERVER_DEPTH 24

typedef enum {
  HL_FRAME_HELLO,
  HL_FRAME_ACK,
  HL_FRAME_ACT,
  HL_FRAME_PING,
  HL_FRAME_WELCOME,
  HL_FRAME_SNAPSHOT,
  HL_FRAME_EVENTS,
  HL_FRAME_PARTIAL,
  HL_FRAME_DONE,
  HL_FRAME_PONG,
  HL_FRAME_DIGEST,
  HL_FRAME_BYE,
} HlFrameType;
#define HL_FRAME_N_TYPES 12

/* Who sent the text: a client's `welcome` is as wrong as a missing member. */
typedef enum {
  HL_FRAME_SIDE_CLIENT,
  HL_FRAME_SIDE_SERVER,
} HlFrameSide;

/* In all structs: strings, positions, objects and arrays are owned by the frame; "nullable" ones
 * may be NULL and are then printed as null or left out, as said. Numbers are 0..2^53 unless said
 * otherwise. */

typedef struct {
  char *device;    /* a label, 1..64 characters; identity is the token's */
  char *app;       /* "hostline/0.1", 1..64 */
  char *language;  /* nullable: BCP 47, at most 35; null */
  HlPosition *pos; /* nullable: null on the wire means "I have nothing" */
  guint64 unsent;  /* actions waiting in the outbox */
  gboolean metered; /* the client's network is paid by volume: no partials (left out when not) */
} HlFrameHello;

typedef struct {
  guint64 seq;
  guint part; /* of a snapshot, from 1; 0: not a snapshot's ack (member left out) */
} HlFrameAck;

typedef struct {
  char *id;           /* UUID in its 36 lower-case characters, or another id (1..64) */
  guint64 n;          /* the device's counter, from 1 */
  char *kind;         /* nick of an action kind; not checked here: an unknown one is refused */
  HlPosition *base;   /* nullable: null means that nothing had been seen yet */
  char *predicted;    /* nullable: applied, no_op, disputed; tools that predict nothing omit it */
  char *who;          /* nullable: one of the location's staff */
  char *composed_at;  /* RFC 3339, as sent; for information: its syntax is no reason to refuse */
  gint64 age_ms;      /* how long before it was sent it was composed, by a clock that cannot be set;
                         -1: not known (left out) */
  char *session;      /* nullable: kinds that need the link name the session they were made in */
  JsonObject *data;   /* the action's own members */
} HlFrameAct;

typedef struct {
  guint64 n;
  guint64 seq;    /* applied and stored up to here */
  guint64 unsent;
  gint64 rtt;     /* ms of the last ping; -1: not measured yet (null or left out) */
  guint64 mismatches; /* digests of this session that differed and were only reported */
  gboolean metered; /* as in hello; each ping says it anew */
} HlFramePing;

typedef enum {
  HL_FRAME_MODE_RESUME,
  HL_FRAME_MODE_SNAPSHOT,
} HlFrameMode;

typedef enum {
  HL_FRAME_WHY_FIRST,
  HL_FRAME_WHY_IN_WINDOW,
  HL_FRAME_WHY_BELOW_FLOOR,
  HL_FRAME_WHY_EPOCH_CHANGED,
  HL_FRAME_WHY_HASH_MISMATCH,
  HL_FRAME_WHY_AHEAD,
  HL_FRAME_WHY_TOO_FAR,
  HL_FRAME_WHY_AFTER_SLOW,
} HlFrameWhy;
#define HL_FRAME_N_WHYS 8
const char *hl_frame_why_get_nick (HlFrameWhy why);

typedef struct {
  char *session;
  char *device;
  HlPosition *pos;       /* of the head */
  guint64 floor;         /* lowest seq that can still be replayed */
  HlFrameMode mode;
  HlFrameWhy why;
  guint64 decided;       /* highest n that this log has decided for this device; 0 none */
  guint schema;          /* HL_WIRE_SCHEMA */
  guint heartbeat_ms;    /* 100..600000 */
  guint window_events;   /* window.events, from 1 */
  guint64 window_bytes;  /* window.bytes, from 1 */
  guint spread_ms;       /* 0..600000 */
  guint64 limit_frame_bytes; /* limits.frame_bytes: of a client's frame */
  GStrv pins;            /* "sha256:<64 hex>"; never NULL, may be empty */
  char *server_time;     /* RFC 3339 */
  JsonObject *location;  /* id, name, timezone at least */
} HlFrameWelcome;

typedef struct {
  HlPosition *pos;
  guint part;           /* 1..parts */
  guint parts;          /* 1..65535 */
  JsonObject *entities; /* see hl-snapshot.h for cutting and joining */
} HlFrameSnapshot;

typedef struct {
  JsonArray *events; /* 1 or more, envelopes checked; contiguous; the last has "end": true */
  HlPosition *pos;   /* after the last: pos->seq is its seq */
} HlFrameEvents;

typedef struct {
  char *call;    /* call id */
  guint turn;    /* 0..9999 */
  guint rev;     /* 0..1000000 */
  char *speaker; /* caller, agent, staff, system */
  char *text;    /* at most 4000 characters */
} HlFramePartial;

typedef struct {
  char *id;           /* of the action */
  char *outcome;      /* applied, no_op, disputed, refused, review */
  guint64 seq;        /* last of its unit; 0: it appended nothing (left out) */
  char *reason;       /* nullable, left out */
  JsonObject *detail; /* nullable, left out */
} HlFrameDone;

typedef struct {
  guint64 n;
  guint64 head;
  char *server_time; /* RFC 3339 */
} HlFramePong;

typedef struct {
  guint64 seq;
  guint schema;
  guint64 hash;
} HlFrameDigest;

typedef struct {
  guint code;       /* 1000..4999 */
  char *action;     /* retry, snapshot, stop */
  gint64 retry_ms;  /* -1: not said (left out) */
} HlFrameBye;

typedef struct {
  HlFrameType type;
  /* The frame as it was parsed, unknown members included; NULL in a frame that was made here.
   * hl_action_new_from_json() and the like take it. Owned by the frame. */
  JsonObject *object;
  union {
    HlFrameHello hello;
    HlFrameAck ack;
    HlFrameAct act;
    HlFramePing ping;
    HlFrameWelcome welcome;
    HlFrameSnapshot snapshot;
    HlFrameEvents events;
    HlFramePartial partial;
    HlFrameDone done;
    HlFramePong pong;
    HlFrameDigest digest;
    HlFrameBye bye;
  };
} HlFrame;

/* An empty frame: all pointers NULL, act.age_ms, ping.rtt and bye.retry_ms -1. Fill it with
 * strings of your own (g_strdup). */
HlFrame *hl_frame_new (HlFrameType type);
void hl_frame_free (HlFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlFrame, hl_frame_free)

/* "hello" ... (transfer none) */
const char *hl_frame_type_get_nick (HlFrameType type);

/* Reads one frame that @sender sent. Unknown members are ignored; a missing member, a wrong type, a
 * value out of range or a frame of the other side is an error with its pointer
 * (hl_frame_error_get_pointer()). Returns: (transfer full), or NULL with HL_FRAME_ERROR. */
HlFrame *hl_frame_parse (const char *text, gsize len, HlFrameSide sender,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the text, members in the order of the protocol. It is a programming
 * error (a critical and NULL) to print a frame whose required members are not set. */
char *hl_frame_print (const HlFrame *frame) G_GNUC_WARN_UNUSED_RESULT;

/* Builds an `events` frame from events that are already encoded, without reading them again.
 * @events: n texts, each one event object {"seq":...,"data":{...}}; @pos: after the last.
 * Returns: (transfer full). */
GBytes *hl_frame_print_events_spliced (GBytes *const *events, gsize n,
                                       const HlPosition *pos) G_GNUC_WARN_UNUSED_RESULT;

/* The envelope of one event with @data_text (an object's text) spliced in: what the log stores and
 * the function above takes. @act_id nullable; times are RFC 3339 texts; @by_text is the text of the
 * `by` object. Returns: (transfer full) */
GBytes *hl_frame_print_event_spliced (guint64 seq, const char *id, const char *kind,
                                      const char *at, const char *received, const char *by_text,
                                      const char *act_id, gboolean end, const char *data_text,
                                      gsize data_len) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
