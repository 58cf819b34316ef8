/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Webhooks whose sender waits: what is asked, and what it is answered, so that no phone agent stops for us. */
#include <string.h>

#include "ingest/hl-payload.h"
#include "provider-fixture.h"
#include "wire/hl-json.h"

/* With one setting, or none. */
static char *
ask_text (const char *provider_name,
          const char *text,
          const char *setting,
          const char *value)
{
  const HlProvider *provider = hl_provider_find (provider_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlHookBody) body = fixture_parse (provider, text, &error);

  g_assert_no_error (error);
  if (setting != NULL) {
    g_autoptr (JsonObject) settings = json_object_new ();
    json_object_set_string_member (settings, setting, value);
    hl_hook_body_set_settings (body, settings);
  }
  g_assert_true (provider->list_tools == NULL || provider->list_tools (body) == NULL);
  return provider->answer (body, NULL);
}

static char *
ask_file (const char *file,
          const char *setting,
          const char *value)
{
  gsize len = 0;
  g_autofree char *text = fixture_read (file, &len);
  g_auto (GStrv) parts = g_strsplit (file, "/", 2);

  return ask_text (parts[0], text, setting, value);
}

static void
test_questions (void)
{
  static const struct {
    const char *provider;
    const char *text;
    const char *want; /* NULL: "{}" */
  } questions[] = {
    { "vapi", "{\"message\":{\"type\":\"assistant-request\",\"call\":{\"id\":\"c1\"}}}",
      "{\"error\":\"We cannot take your call at the moment. Please call again later.\"}" },
    { "vapi", "{\"message\":{\"type\":\"transfer-destination-request\",\"call\":{\"id\":\"c1\"}}}",
      "{\"error\":\"I cannot put you through at the moment.\"}" },
    { "vapi", "{\"message\":{\"type\":\"handoff-destination-request\",\"call\":{\"id\":\"c1\"}}}",
      "{\"error\":\"I cannot put you through at the moment.\"}" },
    { "vapi", "{\"message\":{\"type\":\"transfer-destination-request\"}}", "{\"error\":\"I cannot put you through at the moment.\"}" },
    { "vapi", "{\"message\":{\"type\":\"tool-calls\",\"toolCallList\":[]}}", "{\"results\":[]}" },
    { "vapi", "{\"message\":{\"type\":\"knowledge-base-request\",\"call\":{\"id\":\"c1\"}}}", "{\"documents\":[]}" },
    { "vapi", "{\"message\":{\"type\":\"status-update\",\"status\":\"ended\",\"call\":{\"id\":\"c1\"}}}", NULL },
    { "vapi", "{\"message\":{\"type\":\"tool-calls\",\"call\":{\"id\":\"c1\"},\"toolCallList\":[]}}", "{\"results\":[]}" },
    { "retell", "{\"event\":\"call_inbound\",\"call_inbound\":{\"from_number\":\"+12025550142\"}}", "{\"call_inbound\":{}}" },
    { "retell", "{\"event\":\"call_ended\",\"call\":{\"call_id\":\"c1\"}}", NULL },
    { "elevenlabs", "{\"caller_id\":\"+12025550142\",\"agent_id\":\"a\",\"called_number\":\"+12025550110\",\"call_sid\":\"CA1\"}",
      "{\"type\":\"conversation_initiation_client_data\",\"dynamic_variables\":{}}" },
    { "elevenlabs", "{\"type\":\"post_call_audio\",\"data\":{\"conversation_id\":\"c1\",\"full_audio\":\"SUQz\"}}", NULL },
    { "twilio", "CallSid=CA1&CallStatus=ringing&CallbackSource=call-progress-events&SequenceNumber=1",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>" },
    { "twilio", "CallSid=CA1&CallStatus=completed&CallDuration=3", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>" },
    /* an empty TwiML would hang up; without any, the number's fallback is asked */
    { "twilio", "CallSid=CA1&CallStatus=ringing&From=%2B12025550142", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++) {
    g_autofree char *answer = ask_text (questions[i].provider, questions[i].text, NULL, NULL);
    g_test_message ("%s", questions[i].text);
    g_assert_cmpstr (answer, ==, questions[i].want);
    g_autoptr (HlState) state = hl_state_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) facts
        = fixture_translate_text (hl_provider_find (questions[i].provider), questions[i].text, state, &error);
    g_assert_no_error (error); /* a question is no body that cannot be read */
  }
}

static void
test_settings (void)
{
  g_autofree char *assistant = ask_text ("vapi", "{\"message\":{\"type\":\"assistant-request\",\"call\":{\"id\":\"c1\"}}}",
                                         "assistant-id", "a1b2\"c3");
  g_assert_cmpstr (assistant, ==, "{\"assistantId\":\"a1b2\\\"c3\"}");

  g_autofree char *twiml
      = ask_file ("twilio/voice-incoming.txt", "voice-url", "https://agent.example.com/twiml?a=1&b=<2>");
  g_assert_cmpstr (twiml, ==, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Redirect method=\"POST\">"
                              "https://agent.example.com/twiml?a=1&amp;b=&lt;2&gt;</Redirect></Response>");
}

/* A call that goes on elsewhere is no reason to call for somebody. */
static void
test_voice_url (void)
{
  const HlProvider *twilio = hl_provider_find ("twilio");
  gsize len = 0;
  g_autofree char *text = fixture_read ("twilio/voice-incoming.txt", &len);

  for (int given = 0; given < 2; given++) {
    g_autoptr (HlHookBody) body = fixture_parse (twilio, text, NULL);
    g_autoptr (HlState) state = hl_state_new ();
    g_autoptr (JsonObject) settings = json_object_new ();
    if (given) {
      json_object_set_string_member (settings, "voice-url", "https://agent.example.com/");
    }
    hl_hook_body_set_settings (body, settings);
    g_autoptr (GPtrArray) facts = twilio->translate (body, state, NULL);
    g_assert_cmpuint (facts->len, ==, 1);
    JsonObject *data = ((HlFact *) g_ptr_array_index (facts, 0))->data;
    g_assert_cmpint (json_object_has_member (data, "attention_reason"), ==, !given);
  }
}

/* --- tools --- */

#define BOOK "{\"guest_name\":\"Dana\",\"party_size\":4}"

static void
check_tools (const char *provider_name,
             const char *text,
             const char *call_id,
             const char *id)
{
  const HlProvider *provider = hl_provider_find (provider_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlHookBody) body = fixture_parse (provider, text, &error);

  g_assert_no_error (error);
  g_autoptr (GPtrArray) tools = provider->list_tools (body);
  g_test_message ("%s", text);
  g_assert_nonnull (tools);
  g_assert_cmpuint (tools->len, ==, 1);
  const HlToolCall *tool = g_ptr_array_index (tools, 0);
  g_assert_cmpstr (tool->name, ==, "book_reservation");
  g_assert_cmpstr (tool->id, ==, id);
  g_assert_cmpstr (tool->call_id, ==, call_id);
  g_autofree char *arguments = hl_json_print_object (tool->arguments);
  g_assert_cmpstr (arguments, ==, BOOK);
}

static void
test_tool_shapes (void)
{
  static const char *const vapi[] = {
    /* the schema's */
    "\"toolCallList\":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"book_reservation\",\"arguments\":"
    "\"{\\\"guest_name\\\":\\\"Dana\\\",\\\"party_size\\\":4}\"}}]",
    "\"toolCallList\":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"book_reservation\",\"arguments\":" BOOK "}}]",
    /* the page's on custom tools, alone and with the list that holds the call again */
    "\"toolCallList\":[{\"id\":\"t1\",\"name\":\"book_reservation\",\"arguments\":" BOOK "}]",
    "\"toolCallList\":[{\"id\":\"t1\",\"name\":\"book_reservation\",\"arguments\":" BOOK "}],"
    "\"toolWithToolCallList\":[{\"type\":\"function\",\"name\":\"book_reservation\",\"toolCall\":{\"id\":\"t1\",\"type\":\"function\","
    "\"function\":{\"name\":\"book_reservation\",\"parameters\":" BOOK "}}}]",
    "\"toolWithToolCallList\":[{\"type\":\"function\",\"name\":\"book_reservation\",\"toolCall\":{\"id\":\"t1\",\"type\":\"function\","
    "\"function\":{\"name\":\"book_reservation\",\"parameters\":" BOOK "}}}]",
    "\"toolWithToolCallList\":[{\"name\":\"book_reservation\",\"toolCall\":{\"id\":\"t1\",\"parameters\":" BOOK "}}]",
    /* the page's on events */
    "\"toolCallList\":[{\"id\":\"t1\",\"name\":\"book_reservation\",\"parameters\":" BOOK "}]",
    "\"toolCalls\":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"book_reservation\",\"arguments\":" BOOK "}}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (vapi); i++) {
    g_autofree char *text
        = g_strdup_printf ("{\"message\":{\"type\":\"tool-calls\",\"call\":{\"id\":\"c1\"},%s}}", vapi[i]);
    check_tools ("vapi", text, "vapi:c1", "t1");
  }
  check_tools ("retell", "{\"name\":\"book_reservation\",\"call\":{\"call_id\":\"c1\"},\"args\":" BOOK "}", "retell:c1", NULL);
  check_tools ("retell", "{\"name\":\"book_reservation\",\"args\":" BOOK "}", NULL, NULL);
}

/* The samples of the documents: two shapes of one call. */
static void
test_tool_samples (void)
{
  static const char *const files[] = { "vapi/tool-calls.json", "vapi/tool-calls.docs-shape.json" };
  const HlProvider *vapi = hl_provider_find ("vapi");

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    gsize len = 0;
    g_autofree char *text = fixture_read (files[i], &len);
    g_autoptr (HlHookBody) body = fixture_parse (vapi, text, NULL);
    g_autoptr (GPtrArray) tools = vapi->list_tools (body);
    g_assert_cmpuint (tools->len, ==, 1);
    const HlToolCall *tool = g_ptr_array_index (tools, 0);
    g_assert_cmpstr (tool->id, ==, "call_h3KfQ0");
    g_assert_cmpstr (hl_payload_get_string (tool->arguments, "guest_name"), ==, "Dana Whitfield");
    g_assert_cmpint (json_object_get_int_member (tool->arguments, "party_size"), ==, 4);
  }
}

static void
test_arguments (void)
{
  static const char *const broken[] = { "null", "3", "\"no json\"", "\"[1]\"", "[]", "\"\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (JsonNode) node = hl_json_parse (broken[i], strlen (broken[i]), NULL, NULL);
    g_autoptr (JsonObject) arguments = hl_tool_call_read_arguments (node);
    g_assert_nonnull (arguments);
    g_assert_cmpuint (json_object_get_size (arguments), ==, 0);
  }
}

static void
test_tool_answers (void)
{
  const HlProvider *vapi = hl_provider_find ("vapi");
  const HlProvider *retell = hl_provider_find ("retell");
  const char *asked = "{\"message\":{\"type\":\"tool-calls\",\"call\":{\"id\":\"c1\"},\"toolCallList\":["
                      "{\"id\":\"t1\",\"name\":\"check_availability\",\"arguments\":{}},"
                      "{\"id\":\"t2\",\"name\":\"unknown_tool\",\"arguments\":{}}]}}";
  g_autoptr (HlHookBody) body = fixture_parse (vapi, asked, NULL);
  g_autoptr (GPtrArray) tools = vapi->list_tools (body);

  g_assert_cmpuint (tools->len, ==, 2);
  HlToolCall *first = g_ptr_array_index (tools, 0);
  first->result = json_object_new ();
  json_object_set_boolean_member (first->result, "ok", TRUE);
  json_object_set_string_member (first->result, "say", "Saturday at \"7:30\" is free.");
  g_autofree char *answer = vapi->answer (body, tools);
  /* each result is text on one line, and each call has one, whoever did nothing for it */
  g_assert_cmpstr (answer, ==,
                   "{\"results\":[{\"toolCallId\":\"t1\",\"name\":\"check_availability\",\"result\":"
                   "\"{\\\"ok\\\":true,\\\"say\\\":\\\"Saturday at \\\\\\\"7:30\\\\\\\" is free.\\\"}\"},"
                   "{\"toolCallId\":\"t2\",\"name\":\"unknown_tool\",\"result\":"
                   "\"{\\\"ok\\\":false,\\\"say\\\":\\\"I am sorry, I cannot do that right now.\\\"}\"}]}");
  g_autofree char *nobody = vapi->answer (body, NULL);
  g_assert_nonnull (strstr (nobody, "\"toolCallId\":\"t1\""));

  g_autoptr (HlHookBody) function
      = fixture_parse (retell, "{\"name\":\"add_note\",\"call\":{\"call_id\":\"c1\"},\"args\":{}}", NULL);
  g_autoptr (GPtrArray) functions = retell->list_tools (function);
  ((HlToolCall *) g_ptr_array_index (functions, 0))->result = json_object_ref (first->result);
  g_autofree char *result = retell->answer (function, functions);
  g_assert_cmpstr (result, ==, "{\"ok\":true,\"say\":\"Saturday at \\\"7:30\\\" is free.\"}");
}

/* Two deliveries are the same one when these are equal; NULL means that the body itself decides. */
static void
test_keys (void)
{
  static const struct {
    const char *provider;
    const char *text;
    const char *header;
    const char *value;
    const char *want;
  } keys[] = {
    { "openai", "{\"type\":\"x\"}", "webhook-id", "wh_1", "wh_1" },
    { "livekit", "{\"event\":\"room_started\",\"id\":\"EV_1\"}", NULL, NULL, "EV_1" },
    { "elevenlabs", "{\"type\":\"post_call_transcription\",\"data\":{\"conversation_id\":\"c1\"}}", NULL, NULL,
      "post_call_transcription/c1" },
    { "elevenlabs", "{\"agent_id\":\"a\",\"call_sid\":\"CA1\"}", NULL, NULL, "initiation/CA1" },
    { "retell", "{\"event\":\"call_ended\",\"call\":{\"call_id\":\"c1\"}}", NULL, NULL, "call_ended/c1" },
    { "retell", "{\"event\":\"transcript_updated\",\"call\":{\"call_id\":\"c1\"}}", NULL, NULL, NULL },
    { "vapi", "{\"message\":{\"type\":\"status-update\",\"status\":\"ended\",\"call\":{\"id\":\"c1\"}}}", NULL, NULL,
      "status-update/c1/ended" },
    { "vapi", "{\"message\":{\"type\":\"end-of-call-report\",\"call\":{\"id\":\"c1\"}}}", NULL, NULL, "end-of-call-report/c1" },
    { "vapi", "{\"message\":{\"type\":\"transcript\",\"call\":{\"id\":\"c1\"}}}", NULL, NULL, NULL },
    { "vapi", "{\"message\":{\"type\":\"tool-calls\",\"call\":{\"id\":\"c1\"},\"toolCallList\":[{\"id\":\"t1\",\"name\":\"n\"}]}}", NULL,
      NULL, "tool-calls/c1/t1" },
    { "twilio", "CallSid=CA1&SequenceNumber=2&CallbackSource=s", "I-Twilio-Idempotency-Token", "abc", "token/abc" },
    { "twilio", "CallSid=CA1&SequenceNumber=2&CallbackSource=s", NULL, NULL, "status/CA1/s/2" },
    { "twilio", "CallSid=CA1&CallStatus=ringing", NULL, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    const HlProvider *provider = hl_provider_find (keys[i].provider);
    g_autoptr (HlHookBody) body = fixture_parse (provider, keys[i].text, NULL);
    if (keys[i].header != NULL) {
      g_autofree char *lower = g_ascii_strdown (keys[i].header, -1);
      g_assert_true (g_strv_contains (provider->headers, lower));
      hl_hook_body_set_header (body, keys[i].header, keys[i].value);
    }
    g_autofree char *key = provider->key (body);
    g_test_message ("%s: %s", keys[i].provider, keys[i].text);
    g_assert_cmpstr (key, ==, keys[i].want);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/answers/questions", test_questions);
  g_test_add_func ("/ingest/answers/settings", test_settings);
  g_test_add_func ("/ingest/answers/voice-url", test_voice_url);
  g_test_add_func ("/ingest/answers/tool-shapes", test_tool_shapes);
  g_test_add_func ("/ingest/answers/tool-samples", test_tool_samples);
  g_test_add_func ("/ingest/answers/arguments", test_arguments);
  g_test_add_func ("/ingest/answers/tool-answers", test_tool_answers);
  g_test_add_func ("/ingest/answers/keys", test_keys);
  return g_test_run ();
}
