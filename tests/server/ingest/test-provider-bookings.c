/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reservations of booking systems: every order of arrival, manual edits at the stand, local times, settings, envelopes. */
#include <string.h>

#include "../../common/model/desk.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-time.h"
#include "ingest/hl-booking-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-settings.h"
#include "provider-fixture.h"
#include "wire/hl-json.h"

#define assert_time(reservation, text) \
  do { \
    g_autofree char *_have = hl_time_print (hl_reservation_get_starts_at (reservation)); \
    g_assert_cmpstr (_have, ==, text); \
  } while (0)

/* --- bodies --- */

/* A sample with some members set: "a.b" and JSON, in turn, then NULL. Transfer full. */
static char *
change (const char *file,
        ...)
{
  g_autoptr (JsonNode) root = fixture_read_json (file);
  va_list args;
  const char *path;

  va_start (args, file);
  while ((path = va_arg (args, const char *)) != NULL) {
    const char *text = va_arg (args, const char *);
    const char *dot = strrchr (path, '.');
    g_autofree char *parent = dot != NULL ? g_strndup (path, (gsize) (dot - path)) : NULL;
    JsonObject *object = parent != NULL ? hl_payload_get_object (json_node_get_object (root), parent)
                                        : json_node_get_object (root);

    g_assert_nonnull (object);
    if (text[0] == '\0') {
      json_object_remove_member (object, dot != NULL ? dot + 1 : path);
    } else {
      JsonNode *value = hl_json_parse (text, strlen (text), NULL, NULL);

      g_assert_nonnull (value);
      json_object_set_member (object, dot != NULL ? dot + 1 : path, value);
    }
  }
  va_end (args);
  return hl_json_print (root);
}

static GPtrArray *
translate_with (const char  *provider_name,
                const char  *text,
                const char  *settings,
                HlState     *state,
                GError     **error)
{
  const HlProvider *provider = hl_provider_find (provider_name);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (JsonObject) all = hl_provider_make_settings (provider, settings);
  g_autoptr (HlHookBody) body = hl_hook_body_new (bytes, provider->form, FIXTURE_RECEIVED, error);

  g_assert_nonnull (body);
  hl_hook_body_set_settings (body, all);
  return provider->translate (body, state, error);
}

/* As the server does it with one delivery. */
static HlOutcome
post (Desk       *desk,
      const char *provider,
      const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) facts = translate_with (provider, text, NULL, desk->state, &error);
  HlOutcome outcome = HL_OUTCOME_NO_OP;

  g_assert_no_error (error);
  fixture_check_facts (facts);
  for (guint i = 0; i < facts->len; i++) {
    const HlFact *fact = g_ptr_array_index (facts, i);
    g_autofree char *data = hl_json_print_object (fact->data);
    g_autoptr (HlDecision) decision = desk_record (desk, provider, fact->kind, data);

    if (decision->outcome != HL_OUTCOME_NO_OP) {
      outcome = decision->outcome;
    }
  }
  desk_check (desk);
  return outcome;
}

/* --- every order --- */

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* A note's id and time are those of the event that brought it. */
static void
strip_notes (JsonObject *row)
{
  JsonArray *notes = json_object_get_array_member (row, "notes");

  for (guint i = 0; notes != NULL && i < json_array_get_length (notes); i++) {
    JsonObject *note = json_array_get_object_element (notes, i);

    json_object_remove_member (note, "id");
    json_object_remove_member (note, "at");
  }
}

static char *
describe (HlState *state)
{
  g_autoptr (JsonNode) node = hl_state_save (state);
  JsonArray *rows = json_object_get_array_member (json_node_get_object (node), "reservations");
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (rows); i++) {
    JsonObject *row = json_array_get_object_element (rows, i);

    json_object_remove_member (row, "revisions");
    json_object_remove_member (row, "stamps");
    strip_notes (row);
    g_ptr_array_add (lines, hl_json_print_object (row));
  }
  g_ptr_array_sort (lines, compare);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static char *
run (const char  *provider,
     char *const *bodies,
     const guint *order,
     guint        n)
{
  g_autoptr (Desk) desk = desk_new ();

  for (guint i = 0; i < n; i++) {
    post (desk, provider, bodies[order[i]]);
    post (desk, provider, bodies[order[i / 2]]); /* and one of before comes again */
  }
  return describe (desk->state);
}

static guint
permute (const char  *provider,
         char *const *bodies,
         guint       *order,
         guint        k,
         guint        n,
         const char  *want)
{
  guint count = 0;

  if (k == n) {
    g_autofree char *have = run (provider, bodies, order, n);

    for (guint i = 0; g_strcmp0 (have, want) != 0 && i < n; i++) {
      g_test_message ("order %u: %s", i, bodies[order[i]]);
    }
    g_assert_cmpstr (have, ==, want);
    return 1;
  }
  for (guint i = k; i < n; i++) {
    guint kept = order[k];

    order[k] = order[i];
    order[i] = kept;
    count += permute (provider, bodies, order, k + 1, n, want);
    order[i] = order[k];
    order[k] = kept;
  }
  return count;
}

static void
check_orders (const char  *provider,
              char *const *bodies,
              guint        n,
              guint        n_orders,
              const char  *contains)
{
  guint order[] = { 0, 1, 2, 3, 4, 5 };
  g_autofree char *want = run (provider, bodies, order, n);

  g_test_message ("%s: %s", provider, want);
  g_assert_nonnull (strstr (want, contains));
  g_assert_cmpuint (permute (provider, bodies, order, 0, n, want), ==, n_orders);
}

static void
test_orders_square (void)
{
#define BOOKING "data.object.booking."
  char *bodies[] = {
    change ("square/booking.created.json", NULL),
    change ("square/booking.updated.json", BOOKING "start_at", "\"2026-12-06T02:00:00Z\"", NULL),
    change ("square/booking.updated.json", BOOKING "version", "2", BOOKING "start_at", "\"2026-12-06T02:15:00Z\"",
            BOOKING "status", "\"PENDING\"", "event_id", "\"e2\"", NULL),
    change ("square/booking.updated.json", BOOKING "version", "3", BOOKING "start_at", "\"2026-12-06T02:15:00Z\"",
            BOOKING "status", "\"CANCELLED_BY_CUSTOMER\"", "event_id", "\"e3\"", NULL),
    NULL,
  };

  check_orders ("square", bodies, 4, 24, "\"status\":\"cancelled\"");
  check_orders ("square", bodies, 3, 6, "\"status\":\"requested\"");
  for (gsize i = 0; bodies[i] != NULL; i++) {
    g_free (bodies[i]);
  }
}

static void
test_orders_tastyigniter (void)
{
#define PLACE "reservation."
  char *bodies[] = {
    change ("tastyigniter/reservation.created.json", PLACE "guest_num", "2", NULL),
    /* one change fires both, in either order */
    change ("tastyigniter/reservation.status_added.json", NULL),
    change ("tastyigniter/reservation.status_added.json", "action", "\"updated\"", "status_history", "", NULL),
    change ("tastyigniter/reservation.status_added.json", "action", "\"deleted\"", "status_history", "", NULL),
    NULL,
  };

  check_orders ("tastyigniter", bodies, 4, 24, "\"status\":\"cancelled\"");
  check_orders ("tastyigniter", bodies, 3, 6, "\"status\":\"confirmed\"");
  for (gsize i = 0; bodies[i] != NULL; i++) {
    g_free (bodies[i]);
  }
}

static void
test_orders_eatapp (void)
{
  char *bodies[] = {
    change ("eatapp/update_reservation.json", "meta.event", "\"create_reservation\"", "meta.number", "7000", "meta.changes", "",
            "data.attributes.status", "\"not_confirmed\"", "data.attributes.guests", "2", NULL),
    change ("eatapp/update_reservation.json", "meta.number", "7100", "meta.changes", "{\"guests\":[2,4]}",
            "data.attributes.status", "\"confirmed\"", NULL),
    change ("eatapp/update_reservation.json", NULL), /* seated */
    change ("eatapp/update_reservation.json", "meta.number", "7800", "meta.event", "\"delete_reservation\"",
            "data.attributes.status", "\"confirmed\"", NULL),
    NULL,
  };

  check_orders ("eatapp", bodies, 4, 24, "\"status\":\"cancelled\"");
  check_orders ("eatapp", bodies, 2, 2, "\"party_size\":4");
  for (gsize i = 0; bodies[i] != NULL; i++) {
    g_free (bodies[i]);
  }
}

static void
test_orders_odoo (void)
{
  const char *file = "odoo/pos_restaurant.webhook.json";
  char *bodies[] = {
    change (file, "write_date", "\"2026-12-01 23:02:11\"", NULL),
    change (file, "write_date", "\"2026-12-01 23:10:00.123456\"", "name", "\"Dana Whitfield, 6\"", NULL),
    change (file, "write_date", "\"2026-12-01 23:20:00\"", "name", "\"Dana Whitfield, 6\"", "active", "false", NULL),
    NULL,
  };

  check_orders ("odoo", bodies, 3, 6, "\"status\":\"cancelled\"");
  check_orders ("odoo", bodies, 2, 2, "\"party_size\":6");
  for (gsize i = 0; bodies[i] != NULL; i++) {
    g_free (bodies[i]);
  }
}

/* --- the stand --- */

/* What the system does not know, or only repeats, never overwrites what staff wrote. */
static void
test_stand_square (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *created = change ("square/booking.created.json", NULL);
  g_autofree char *moved
      = change ("square/booking.updated.json", BOOKING "start_at", "\"2026-12-06T02:00:00Z\"", NULL);
  HlReservation *reservation;

  post (desk, "square", created);
  reservation = desk_reservation (desk, "square:bkg7lume0example1");
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, HL_INT_NONE);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_UPDATE_RESERVATION,
                             "{'reservation_id':'square:bkg7lume0example1','party_size':4,'name':'Dana','notes_add':['Birthday']}"),
                   ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (post (desk, "square", moved), ==, HL_OUTCOME_APPLIED);
  assert_time (reservation, "2026-12-06T02:00:00.000Z");
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 4);
  g_assert_cmpstr (hl_reservation_get_name (reservation), ==, "Dana");
  g_assert_cmpuint (hl_reservation_get_notes (reservation)->len, ==, 2); /* the guest's once, and staff's */
  g_assert_cmpint (post (desk, "square", created), ==, HL_OUTCOME_NO_OP);
  assert_time (reservation, "2026-12-06T02:00:00.000Z");
}

/* The system says something else: it is asked about once, staff's word stands meanwhile and after it was chosen. */
static void
test_stand_tastyigniter (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *created = change ("tastyigniter/reservation.created.json", NULL);
  g_autofree char *confirmed = change ("tastyigniter/reservation.status_added.json", NULL);
  g_autofree char *updated
      = change ("tastyigniter/reservation.status_added.json", "action", "\"updated\"", "status_history", "", NULL);
  g_autofree char *noted = change ("tastyigniter/reservation.status_added.json", "action", "\"updated\"", "status_history", "",
                                   PLACE "comment", "\"A high chair\"", NULL);
  g_autofree char *bigger = change ("tastyigniter/reservation.status_added.json", "action", "\"updated\"", "status_history",
                                    "", PLACE "guest_num", "8", NULL);
  HlReservation *reservation;

  post (desk, "tastyigniter", created);
  reservation = desk_reservation (desk, "tastyigniter:65");
  desk_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'tastyigniter:65','party_size':6}");
  g_assert_cmpint (post (desk, "tastyigniter", confirmed), ==, HL_OUTCOME_DISPUTED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  g_assert_cmpint (hl_reservation_get_status (reservation), ==, HL_RESERVATION_STATUS_CONFIRMED);
  g_assert_nonnull (desk_dispute (desk, "field:tastyigniter:65:party_size"));
  post (desk, "tastyigniter", updated);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  /* six it is: what it only repeats is not asked again */
  desk_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:tastyigniter:65:party_size','choice':0}");
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  g_assert_cmpint (post (desk, "tastyigniter", noted), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  g_assert_null (desk_dispute (desk, "field:tastyigniter:65:party_size"));
  g_assert_cmpuint (hl_reservation_get_notes (reservation)->len, ==, 2);
  /* something new is */
  g_assert_cmpint (post (desk, "tastyigniter", bigger), ==, HL_OUTCOME_DISPUTED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
}

/* Eat App says what changed: the rest is not held against staff. */
static void
test_stand_eatapp (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *created = change ("eatapp/update_reservation.json", "meta.event", "\"create_reservation\"", "meta.number",
                                     "7000", "data.attributes.status", "\"confirmed\"", NULL);
  g_autofree char *seated = change ("eatapp/update_reservation.json", NULL);
  g_autofree char *back = change ("eatapp/update_reservation.json", "meta.number", "7800", "data.attributes.status",
                                  "\"confirmed\"", "data.attributes.guests", "5", "meta.changes",
                                  "{\"guests\":[4,5],\"status\":[\"seated\",\"confirmed\"]}", NULL);
  HlReservation *reservation;

  post (desk, "eatapp", created);
  reservation = desk_reservation (desk, "eatapp:5c0c0000-0000-4000-8000-000000000041");
  desk_act (desk, "A", HL_ACTION_UPDATE_RESERVATION,
            "{'reservation_id':'eatapp:5c0c0000-0000-4000-8000-000000000041','party_size':6}");
  g_assert_cmpint (post (desk, "eatapp", seated), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  /* only the stand says that guests are here */
  g_assert_cmpint (hl_reservation_get_status (reservation), ==, HL_RESERVATION_STATUS_CONFIRMED);
  g_assert_true (g_strv_contains (hl_reservation_get_tags (reservation), "seated in Eat App"));
  /* now it did change: that is for a person to say */
  g_assert_cmpint (post (desk, "eatapp", back), ==, HL_OUTCOME_DISPUTED);
  g_assert_false (g_strv_contains (hl_reservation_get_tags (reservation), "seated in Eat App"));
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
}

/* A cancellation of guests who sit already is asked about. */
static void
test_stand_arrived (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *created = change ("square/booking.created.json", NULL);
  g_autofree char *cancelled
      = change ("square/booking.updated.json", BOOKING "status", "\"CANCELLED_BY_SELLER\"", NULL);

  post (desk, "square", created);
  desk_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'square:bkg7lume0example1','party_id':'p'}");
  g_assert_cmpint (post (desk, "square", cancelled), ==, HL_OUTCOME_DISPUTED);
  g_assert_cmpint (hl_reservation_get_status (desk_reservation (desk, "square:bkg7lume0example1")), ==,
                   HL_RESERVATION_STATUS_ARRIVED);
}

/* What is cancelled before it was known takes no room and asks nothing. */
static void
test_cancelled_first (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *cancelled = change ("eatapp/update_reservation.json", "meta.event", "\"delete_reservation\"",
                                       "data.attributes.guests", "60", NULL);

  g_assert_cmpint (post (desk, "eatapp", cancelled), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (hl_reservation_get_status (desk_reservation (desk, "eatapp:5c0c0000-0000-4000-8000-000000000041")), ==,
                   HL_RESERVATION_STATUS_CANCELLED);
  g_assert_null (desk_dispute (desk, "overbooked:eatapp:5c0c0000-0000-4000-8000-000000000041"));
}

/* --- times --- */

static void
test_local_times (void)
{
  static const struct {
    const char *zone;
    const char *date;
    const char *clock;
    const char *want; /* NULL: not a time */
  } times[] = {
    { "America/Chicago", "2026-12-05", "19:30", "2026-12-06T01:30:00.000Z" },
    { "America/Chicago", "2026-07-05", "19:30", "2026-07-06T00:30:00.000Z" },
    { "America/Chicago", "2026-03-07", "19:30", "2026-03-08T01:30:00.000Z" }, /* the evening before the clocks go forward */
    { "America/Chicago", "2026-03-08", "19:30", "2026-03-09T00:30:00.000Z" }, /* and the evening after */
    { "America/Chicago", "2026-11-01", "01:30", "2026-11-01T06:30:00.000Z" }, /* comes twice: the first */
    { "America/Chicago", "2026-11-01", "19:30", "2026-11-02T01:30:00.000Z" },
    { "America/Chicago", "2026-03-08", "02:30", "2026-03-08T08:00:00.000Z" }, /* does not exist: when they skip */
    { "Europe/Paris", "2026-10-25", "02:30", "2026-10-25T00:30:00.000Z" },
    { "Asia/Kathmandu", "2026-12-05", "19:30", "2026-12-05T13:45:00.000Z" },
    { "America/Chicago", "2026-12-05T06:00:00.000000Z", "19:30:00", "2026-12-06T01:30:00.000Z" },
    { "", "2026-12-05", "19:30", "2026-12-05T19:30:00.000Z" },
    { "America/Chicago", "2026-02-30", "19:30", NULL },
    { "America/Chicago", "2026-12-05", "24:30", NULL },
    { "America/Chicago", "2026-12-05", "7 pm", NULL },
    { "America/Chicago", "soon", "19:30", NULL },
    { "America/Chicago", NULL, "19:30", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (Desk) desk = desk_new ();
    g_autofree char *zone = g_strdup_printf ("{'id':'ocean-ave','timezone':'%s'}", times[i].zone);
    gint64 time = 0;

    if (times[i].zone[0] != '\0') {
      desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_LOCATION_UPDATED, zone);
    }
    g_autoptr (HlState) nowhere = hl_state_new ();
    HlState *state = times[i].zone[0] != '\0' ? desk->state : nowhere;
    g_test_message ("%s %s in %s", times[i].date, times[i].clock, times[i].zone);
    g_assert_cmpint (hl_booking_fact_parse_local (state, times[i].date, times[i].clock, &time), ==, times[i].want != NULL);
    if (times[i].want != NULL) {
      g_autofree char *text = hl_time_print (time);

      g_assert_cmpstr (text, ==, times[i].want);
    }
  }
}

/* A number without its country code is one of the house's country. */
static void
test_own_numbers (void)
{
  static const struct {
    const char *house, *told, *want;
  } numbers[] = {
    { "'+33155501100'", "\"06 12 34 56 78\"", "+33612345678" },
    { "'+33155501100'", "\"+12025550142\"", "+12025550142" },
    { "'+33155501100'", "\"12 34 56\"", NULL },
    { "null", "\"06 12 34 56 78\"", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autoptr (Desk) desk = desk_new ();
    g_autofree char *house = g_strdup_printf ("{'id':'ocean-ave','phone':%s}", numbers[i].house);
    g_autofree char *text = change ("tastyigniter/reservation.created.json", "reservation.telephone", numbers[i].told, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) facts = NULL;
    const HlFact *fact;

    desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_LOCATION_UPDATED, house);
    facts = translate_with ("tastyigniter", text, NULL, desk->state, &error);
    g_assert_no_error (error);
    fact = g_ptr_array_index (facts, 0);
    g_assert_cmpstr (hl_payload_get_string (fact->data, "phone"), ==, numbers[i].want);
  }
}

/* The location's own evening, whatever the machine's zone is. */
static void
test_eatapp_is_local (void)
{
  g_autoptr (Desk) desk = desk_new (); /* Los Angeles */
  g_autofree char *body = change ("eatapp/update_reservation.json", NULL);

  post (desk, "eatapp", body);
  assert_time (desk_reservation (desk, "eatapp:5c0c0000-0000-4000-8000-000000000041"), "2026-12-06T03:30:00.000Z");
}

/* --- settings --- */

static JsonObject *
translate_one (const char *provider,
               const char *text,
               const char *settings)
{
  g_autoptr (HlState) state = hl_state_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) facts = translate_with (provider, text, settings, state, &error);

  g_assert_no_error (error);
  fixture_check_facts (facts);
  return facts->len > 0 ? json_object_ref (((HlFact *) g_ptr_array_index (facts, 0))->data) : NULL;
}

static void
test_settings (void)
{
  static const struct {
    const char *provider;
    const char *body;     /* after the sample's, ' for " */
    const char *settings;
    const char *member;   /* NULL: nothing comes of it */
    const char *want;
  } cases[] = {
    { "odoo", "{'_model':'pos.table','_id':3}", NULL, NULL, NULL },
    { "odoo", "{'_model':'x.booking','_id':3,'who':[7,'Ng'],'seats':'5','at':'2026-12-06T01:30:00','tel':'+12025550142'}",
      "{'model':'x.booking','name-field':'who','size-field':'seats','start-field':'at','phone-field':'tel'}", "name", "Ng" },
    { "odoo", "{'_model':'x.booking','_id':3,'seats':'5','at':'2026-12-06 01:30:00'}",
      "{'model':'x.booking','size-field':'seats','start-field':'at'}", "party_size", "5" },
    { "odoo", "{'_model':'calendar.event','_id':3,'start':'2026-12-06 01:30:00','description':'<p>Window &amp; <b>quiet</b></p>'}",
      "{'note-field':'description'}", "notes_add", "Window & quiet" },
    { "odoo", "{'_model':'calendar.event','_id':3,'start':'2026-12-06 01:30:00','appointment_status':'request'}",
      "{'status-field':'appointment_status'}", "status", "requested" },
    { "odoo", "{'_model':'calendar.event','_id':3,'start':'2026-12-06 01:30:00','name':'Whitfield, Dana'}", NULL, "name",
      "Whitfield, Dana" },
    { "square", "{'type':'booking.created','data':{'object':{'booking':{'id':'b','version':0,'location_id':'OTHER'}}}}",
      "{'square-location':'LLUME'}", NULL, NULL },
    { "square", "{'type':'booking.created','data':{'object':{'booking':{'id':'b','version':0,'location_id':'LLUME'}}}}",
      "{'square-location':'LLUME'}", "source_ref", "b" },
    { "tastyigniter", "{'action':'updated','reservation':{'reservation_id':5,'status_name':'Annul\xc3\xa9'}}",
      "{'cancelled':'Annul\xc3\xa9'}", "status", "cancelled" },
    { "tastyigniter", "{'action':'updated','reservation':{'reservation_id':5,'location_id':2}}", "{'location-id':'1'}", NULL,
      NULL },
    { "tastyigniter", "{'action':'created','order':{'order_id':5}}", NULL, NULL, NULL },
    { "eatapp", "{'meta':{'event':'update_guest','number':5}}", NULL, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *body = g_strdelimit (g_strdup (cases[i].body), "'", '"');
    g_autofree char *settings = cases[i].settings != NULL ? g_strdelimit (g_strdup (cases[i].settings), "'", '"') : NULL;
    g_autoptr (JsonObject) data = translate_one (cases[i].provider, body, settings);

    g_test_message ("%s %s", cases[i].provider, body);
    if (cases[i].member == NULL) {
      g_assert_null (data);
      continue;
    }
    g_assert_nonnull (data);
    g_autofree char *have = hl_json_print (json_object_get_member (data, cases[i].member));
    g_assert_nonnull (strstr (have, cases[i].want));
  }
}

static void
test_settings_checked (void)
{
  static const struct {
    const char *settings;
    gboolean    good;
  } cases[] = {
    { "{}", TRUE },
    { "{'model':'x.booking'}", TRUE },
    { "{'nonsense':'x'}", FALSE },
    { "{'model':''}", FALSE },
    { "{'model':5}", FALSE },
    { "{'model':null}", FALSE },
    { "{'model':'a\\u0007b'}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonObject) settings = desk_parse (cases[i].settings);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].settings);
    g_assert_cmpint (hl_provider_check_settings (hl_provider_find ("odoo"), settings, &error), ==, cases[i].good);
    g_assert_cmpint (error == NULL, ==, cases[i].good);
  }
}

/* --- our own two envelopes --- */

static GPtrArray *
translate_cloud (const char *text,
                 gboolean    binary,
                 GError    **error)
{
  const HlProvider *provider = hl_provider_find ("cloudevents");
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (HlHookBody) body = hl_hook_body_new (bytes, FALSE, FIXTURE_RECEIVED, error);
  g_autoptr (HlState) state = hl_state_new ();

  g_assert_nonnull (body);
  if (binary) {
    hl_hook_body_set_header (body, "ce-specversion", "1.0");
    hl_hook_body_set_header (body, "ce-id", "A%20234");
    hl_hook_body_set_header (body, "ce-source", "https://example.com/caf%C3%A9");
    hl_hook_body_set_header (body, "ce-type", "com.example.reservation.cancelled");
    hl_hook_body_set_header (body, "ce-time", "2026-12-01T23:02:30Z");
    g_autofree char *key = provider->key (body);
    g_assert_cmpstr (key, ==, "https://example.com/caf\xc3\xa9 A 234");
  }
  return provider->translate (body, state, error);
}

#define CLOUD(id, type, data) \
  "{'specversion':'1.0','id':'" id "','source':'s','type':'" type "','data':" data "}"

static void
test_cloudevents (void)
{
  static const struct {
    const char *text;
    gboolean    binary;
    int         n; /* -1: unreadable */
  } cases[] = {
    { CLOUD ("1", "x.reservation.cancelled", "{'reservation_id':'r'}"), FALSE, 1 },
    { "[" CLOUD ("1", "reservation.cancelled", "{'reservation_id':'r'}") ","
      CLOUD ("2", "com.example.unheard", "{}") "," CLOUD ("3", "reservation.cancelled", "{'reservation_id':'q'}") "]", FALSE, 2 },
    { "[" CLOUD ("2", "com.example.unheard", "{}") "]", FALSE, 0 },
    { CLOUD ("2", "com.example.unheard", "[]"), FALSE, 0 },
    { CLOUD ("1", "reservation.cancelled", "{}"), FALSE, -1 },
    { CLOUD ("1", "floor.replaced", "{}"), FALSE, -1 }, /* not a publisher's */
    { "{'specversion':'0.3','id':'1','source':'s','type':'reservation.cancelled','data':{'reservation_id':'r'}}", FALSE, -1 },
    { "{'reservation_id':'r','cancel_reason':'ill'}", TRUE, 1 },
    { "{'cancel_reason':'ill'}", TRUE, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) facts = translate_cloud (cases[i].text, cases[i].binary, &error);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (facts != NULL ? (int) facts->len : -1, ==, cases[i].n);
    g_assert_true ((facts == NULL) == (error != NULL));
  }
}

static void
test_standard_webhooks (void)
{
  static const struct {
    const char *text;
    int         n;
  } cases[] = {
    { "{'type':'reservation.cancelled','timestamp':'2026-12-01T23:02:30Z','data':{'reservation_id':'r'}}", 1 },
    { "{'type':'com.example.call.started','data':{'call_id':'c'}}", 1 },
    { "{'type':'invoice.paid','data':{}}", 0 },
    { "{'type':'reservation.created','data':{'reservation_id':'r'}}", -1 },
    { "{'type':'reservation.cancelled'}", -1 },
    { "{'type':'reservation.cancelled','timestamp':17,'data':{'reservation_id':'r'}}", -1 },
    { "{'type':'table.updated','data':{'table_id':'12'}}", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdelimit (g_strdup (cases[i].text), "'", '"');
    g_autoptr (GError) error = NULL;
    g_autoptr (HlState) state = hl_state_new ();
    g_autoptr (GPtrArray) facts = translate_with ("standard-webhooks", text, NULL, state, &error);

    g_test_message ("%s", text);
    g_assert_cmpint (facts != NULL ? (int) facts->len : -1, ==, cases[i].n);
    g_assert_true ((facts == NULL) == (error != NULL));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/bookings/orders/square", test_orders_square);
  g_test_add_func ("/ingest/bookings/orders/tastyigniter", test_orders_tastyigniter);
  g_test_add_func ("/ingest/bookings/orders/eatapp", test_orders_eatapp);
  g_test_add_func ("/ingest/bookings/orders/odoo", test_orders_odoo);
  g_test_add_func ("/ingest/bookings/stand/square", test_stand_square);
  g_test_add_func ("/ingest/bookings/stand/tastyigniter", test_stand_tastyigniter);
  g_test_add_func ("/ingest/bookings/stand/eatapp", test_stand_eatapp);
  g_test_add_func ("/ingest/bookings/stand/arrived", test_stand_arrived);
  g_test_add_func ("/ingest/bookings/cancelled-first", test_cancelled_first);
  g_test_add_func ("/ingest/bookings/local-times", test_local_times);
  g_test_add_func ("/ingest/bookings/eatapp-is-local", test_eatapp_is_local);
  g_test_add_func ("/ingest/bookings/settings", test_settings);
  g_test_add_func ("/ingest/bookings/settings-checked", test_settings_checked);
  g_test_add_func ("/ingest/bookings/own-numbers", test_own_numbers);
  g_test_add_func ("/ingest/bookings/cloudevents", test_cloudevents);
  g_test_add_func ("/ingest/bookings/standard-webhooks", test_standard_webhooks);
  return g_test_run ();
}
