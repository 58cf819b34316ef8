/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the connection was like: round trips, latencies, the computer's clock, and the report for
 * support. */
#include "desk/hl-desk-private.h"

#include "desk/hl-link-spell.h"
#include "hl-config.h"
#include "link/hl-socket-link.h"
#include "util/hl-clock.h"
#include "util/hl-mask.h"

#define REPORT_TRANSITIONS 200
#define REPORT_ITEMS 50

/* ---- measuring ---- */

static void
add_sample (GArray *samples, gint64 at, int ms)
{
  HlDeskSample sample = { at, ms };

  if (samples->len >= HL_DESK_MAX_SAMPLES)
    g_array_remove_range (samples, 0, samples->len - HL_DESK_MAX_SAMPLES + 1);
  g_array_append_val (samples, sample);
}

void
hl_desk_note_rtt (HlDesk *self, int ms)
{
  add_sample (self->rtts, hl_desk_wall (self), MAX (0, ms));
}

void
hl_desk_note_fresh (HlDesk *self, gint64 received)
{
  /* What is fetched after the fact says nothing about how fast news comes. */
  if (self->offset == HL_OFFSET_UNKNOWN || hl_desk_get_link_state (self) != HL_LINK_STATE_LIVE)
    return;
  if (self->fresh_at == 0 || received < self->fresh_at)
    self->fresh_at = received;
}

void
hl_desk_note_on_screen (HlDesk *self)
{
  gint64 now = hl_desk_wall (self);
  HlDeskSample *last;
  int ms;

  if (self->fresh_at == 0)
    return;
  ms = (int)CLAMP (now + self->offset - self->fresh_at, 0, G_MAXINT);
  self->fresh_at = 0;
  last = self->latencies->len > 0
             ? &g_array_index (self->latencies, HlDeskSample, self->latencies->len - 1)
             : NULL;
  if (last != NULL && now >= last->at && now - last->at < 1000)
    last->ms = MAX (last->ms, ms);
  else
    add_sample (self->latencies, now, ms);
}

/* The server's clock is the house's: what differs from it is this computer's. */
void
hl_desk_note_offset (HlDesk *self, const char *server_time)
{
  gint64 time;

  if (!hl_time_parse (server_time, &time))
    return;
  self->offset = time - hl_desk_wall (self);
  if (HL_IS_SOCKET_LINK (self->link))
    hl_server_clock_note (hl_socket_link_get_clock (HL_SOCKET_LINK (self->link)), time,
                          hl_clock_wall_ms (), hl_clock_boot_us ());
  hl_desk_put_int64 (self, HL_DESK_PROP_CLOCK_OFF, &self->clock_off,
                     ABS (self->offset) > HL_DESK_CLOCK_OFF_MS ? self->offset / 1000 * 1000 : 0);
}

const HlDeskSample *
hl_desk_get_rtts (HlDesk *self, gsize *n)
{
  *n = self->rtts->len;
  return (const HlDeskSample *)(gpointer)self->rtts->data;
}

const HlDeskSample *
hl_desk_get_latencies (HlDesk *self, gsize *n)
{
  *n = self->latencies->len;
  return (const HlDeskSample *)(gpointer)self->latencies->data;
}

guint
hl_desk_count_reconnects (HlDesk *self, gint64 since)
{
  GListModel *transitions = G_LIST_MODEL (self->transitions);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (transitions); i++) {
    g_autoptr (HlTransition) transition = g_list_model_get_item (transitions, i);
    if (hl_transition_get_at (transition) >= since
        && hl_transition_get_to (transition) == HL_LINK_STATE_CATCHING_UP)
      n += hl_transition_get_times (transition);
  }
  return n;
}

/* ---- the report ---- */

static void
add_time (GString *out, gint64 ms)
{
  g_autofree char *text = ms != HL_TIME_NONE && ms != 0 ? hl_time_print (ms) : g_strdup ("-");
  g_string_append (out, text);
}

/* Foreign text: one line, phone numbers masked. */
static void
add_text (GString *out, const char *text)
{
  g_autofree char *line = hl_mask_escape (text != NULL && *text != '\0' ? text : "-", 300);
  g_autofree char *masked = hl_mask_phones_in_text (line);
  g_string_append (out, masked);
}

static int
compare_ms (gconstpointer a, gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}

static void
add_samples (GString *out, const char *name, GArray *samples)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (int));

  g_string_append_printf (out, "%s: ", name);
  for (guint i = 0; i < samples->len; i++)
    g_array_append_val (sorted, g_array_index (samples, HlDeskSample, i).ms);
  if (sorted->len == 0) {
    g_string_append (out, "not measured\n");
    return;
  }
  g_array_sort (sorted, compare_ms);
  g_string_append_printf (out, "median %d ms, p95 %d ms, max %d ms of %u since ",
                          g_array_index (sorted, int, sorted->len / 2),
                          g_array_index (sorted, int, sorted->len * 95 / 100),
                          g_array_index (sorted, int, sorted->len - 1), sorted->len);
  add_time (out, g_array_index (samples, HlDeskSample, 0).at);
  g_string_append_c (out, '\n');
}

static void
add_versions (GString *out)
{
  g_autofree char *os = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  g_autofree char *soup = hl_socket_link_dup_library ();

  g_string_append_printf (out, "Hostline %s (%s)\n", HL_VERSION, HL_PROFILE);
  g_string_append_printf (out, "on %s, GLib %u.%u.%u, %s, SQLite %s\n",
                          os != NULL ? os : "an unknown system", glib_major_version,
                          glib_minor_version, glib_micro_version, soup,
                          hl_local_get_sqlite_version ());
}

static void
add_state (GString *out, HlDesk *self)
{
  HlDeskTotals totals;

  g_string_append (out, "time ");
  add_time (out, hl_desk_wall (self));
  g_string_append (out, "\nlocation ");
  add_text (out, self->credentials != NULL ? self->credentials->location : NULL);
  g_string_append (out, ", device ");
  add_text (out, self->credentials != NULL ? self->credentials->device : NULL);
  g_string_append (out, ", role ");
  add_text (out, self->credentials != NULL ? self->credentials->role : NULL);
  g_string_append_printf (out, "\nlink %s, cause %s, ",
                          hl_link_state_get_name (hl_desk_get_link_state (self)),
                          hl_link_cause_get_name (self->cause));
  add_text (out, self->link != NULL ? hl_link_get_detail (self->link) : NULL);
  g_string_append_printf (out,
                          "\nposition %s:%" G_GUINT64_FORMAT ", stored %" G_GUINT64_FORMAT
                          ", head %" G_GUINT64_FORMAT "\n",
                          self->position != NULL ? self->position->epoch : "-",
                          self->position != NULL ? self->position->seq : 0, self->stored_seq,
                          self->head);
  g_string_append (out, "current at ");
  add_time (out, self->current_at);
  if (self->offset == HL_OFFSET_UNKNOWN)
    g_string_append (out, ", the server's clock is not known");
  else
    g_string_append_printf (out, ", the server's clock is %+.1f s", (double)self->offset / 1000);
  g_string_append_printf (out, ", metered %s\n", self->metered ? "yes" : "no");
  hl_desk_get_totals (self, &totals);
  g_string_append_printf (out,
                          "outbox: composed %u = applied %u + no-op %u + disputed %u + refused %u "
                          "+ withdrawn %u + review %u + waiting %u\n",
                          totals.composed, totals.applied, totals.no_op, totals.disputed,
                          totals.refused, totals.withdrawn, totals.review, totals.waiting);
  g_string_append (out, "storage: ");
  add_text (out, self->storage_raw != NULL ? self->storage_raw : "ok");
  g_string_append_c (out, '\n');
}

static void
add_endpoints (GString *out, HlDesk *self)
{
  GListModel *endpoints = G_LIST_MODEL (self->endpoints);

  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++) {
    g_autoptr (HlEndpoint) endpoint = g_list_model_get_item (endpoints, i);
    HlLinkCause cause;
    gint64 ok;
    int rtt;

    g_object_get (endpoint, "rtt", &rtt, "last-ok", &ok, "last-cause", &cause, NULL);
    g_string_append_printf (out, "endpoint %s%s%s, rtt %d ms, last cause %s, last reached ",
                            hl_endpoint_get_url (endpoint),
                            hl_endpoint_is_public (endpoint) ? " (public certificate)" : "",
                            hl_endpoint_get_in_use (endpoint) ? " (in use)" : "", rtt,
                            hl_link_cause_get_name (cause));
    add_time (out, ok);
    g_string_append_c (out, '\n');
  }
}

/* Kinds and fates, never whom they were about. */
static void
add_items (GString *out, HlDesk *self)
{
  guint n = self->items->len, first = n > REPORT_ITEMS ? n - REPORT_ITEMS : 0;

  if (n > 0)
    g_string_append_printf (out, "\nlast %u of %u actions\n", n - first, n);
  for (guint i = n; i > first; i--) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i - 1);
    HlItemState state = hl_outbox_item_get_state (item);

    add_time (out, hl_outbox_item_get_composed_at (item));
    g_string_append_printf (out, " n %" G_GUINT64_FORMAT " %s %s %s", hl_outbox_item_get_n (item),
                            hl_outbox_item_get_id (item),
                            hl_enum_nick (HL_TYPE_ACTION_KIND, (int)hl_outbox_item_get_kind (item)),
                            state == HL_ITEM_DECIDED ? hl_enum_nick (
                                HL_TYPE_OUTCOME, (int)hl_outbox_item_get_outcome (item))
                                                     : hl_item_state_get_name (state));
    if (hl_outbox_item_get_reason (item) != HL_REASON_NONE)
      g_string_append_printf (out, " (%s)",
                              hl_enum_nick (HL_TYPE_REASON, (int)hl_outbox_item_get_reason (item)));
    g_string_append (out, hl_outbox_item_get_read (item) ? ", read\n" : "\n");
  }
}

/* All that is loaded, as it is read: an outage of many attempts is one line. */
static void
add_spells (GString *out, HlDesk *self)
{
  static const char *const kinds[]
      = { "online", "checking", "catching up", "offline", "stopped", "closed" };
  g_autoptr (GPtrArray) spells = hl_link_spells_make (G_LIST_MODEL (self->transitions),
                                                      hl_desk_wall (self), G_MAXUINT);

  g_string_append_printf (out, "\nthe connection log%s, %u lines\n",
                          self->log_whole ? "" : " (only its newest part)", spells->len);
  for (guint i = 0; i < spells->len; i++) {
    const HlLinkSpell *spell = g_ptr_array_index (spells, i);

    add_time (out, spell->from);
    if (spell->times > 1) {
      g_string_append_printf (out, " %u times until ", spell->times);
      add_time (out, spell->until);
      g_string_append (out, ", in all");
    }
    g_string_append_printf (out, " %s", kinds[spell->kind]);
    if (spell->lasted >= 0)
      g_string_append_printf (out, " for %.3f s%s", (double)spell->lasted / 1000,
                              spell->until == 0 ? " so far" : "");
    if (spell->cause != HL_LINK_CAUSE_NONE)
      g_string_append_printf (out, ": %s", hl_link_cause_get_name (spell->cause));
    if (spell->last_cause != HL_LINK_CAUSE_NONE)
      g_string_append_printf (out, ", in the end %s", hl_link_cause_get_name (spell->last_cause));
    if (spell->code != 0)
      g_string_append_printf (out, ", code %u", spell->code);
    if (spell->attempts > 0)
      g_string_append_printf (out, ", attempts %u", spell->attempts);
    if (*spell->endpoint != '\0')
      g_string_append_printf (out, " at %s", spell->endpoint);
    g_string_append_c (out, '\n');
  }
}

static void
add_transitions (GString *out, HlDesk *self)
{
  GListModel *transitions = G_LIST_MODEL (self->transitions);
  guint n = g_list_model_get_n_items (transitions);

  g_string_append_printf (out,
                          "\nlast %u of %u steps of the connection; %u connections in the last "
                          "hour\n",
                          MIN (n, REPORT_TRANSITIONS), n,
                          hl_desk_count_reconnects (self, hl_desk_wall (self) - 3600000));
  for (guint i = 0; i < MIN (n, REPORT_TRANSITIONS); i++) {
    g_autoptr (HlTransition) transition = g_list_model_get_item (transitions, i);

    add_time (out, hl_transition_get_at (transition));
    g_string_append_printf (out, " %s > %s: %s",
                            hl_link_state_get_name (hl_transition_get_from (transition)),
                            hl_link_state_get_name (hl_transition_get_to (transition)),
                            hl_link_cause_get_name (hl_transition_get_cause (transition)));
    if (hl_transition_get_code (transition) != 0)
      g_string_append_printf (out, " %u", hl_transition_get_code (transition));
    if (hl_transition_get_times (transition) > 1) {
      g_string_append_printf (out, ", %u times until ", hl_transition_get_times (transition));
      add_time (out, hl_transition_get_until (transition));
    }
    if (hl_transition_get_lasted (transition) >= 0)
      g_string_append_printf (out, " after %.3f s",
                              (double)hl_transition_get_lasted (transition) / 1000);
    if (*hl_transition_get_endpoint (transition) != '\0')
      g_string_append_printf (out, " at %s", hl_transition_get_endpoint (transition));
    if (*hl_transition_get_detail (transition) != '\0') {
      g_string_append (out, ": ");
      add_text (out, hl_transition_get_detail (transition));
    }
    g_string_append_c (out, '\n');
  }
}

char *
hl_desk_make_report (HlDesk *self)
{
  GString *out = g_string_new (NULL);

  add_versions (out);
  add_state (out, self);
  add_endpoints (out, self);
  add_samples (out, "round trips", self->rtts);
  add_samples (out, "append to screen", self->latencies);
  add_items (out, self);
  add_transitions (out, self);
  add_spells (out, self);
  return g_string_free (out, FALSE);
}
