/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of reliability: every answer has one meaning, see hl-link-verdict.h. */
#include "link/hl-link-verdict.h"

#include <libsoup/soup.h>
#include <string.h>

#include "link/hl-backoff.h"

gint64
hl_link_parse_retry_after (const char *text, gint64 now_ms)
{
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *value = g_strstrip (g_strdup (text != NULL ? text : ""));
  guint64 seconds;

  if (*value == '\0')
    return -1;
  if (strspn (value, "0123456789") == strlen (value)) {
    /* more than a number can hold is more than the cap */
    if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &seconds, NULL))
      return HL_BACKOFF_WAIT_CAP_MS;
    return MIN ((gint64)seconds * 1000, HL_BACKOFF_WAIT_CAP_MS);
  }
  date = soup_date_time_new_from_http_string (value);
  if (date == NULL)
    return -1;
  return CLAMP (g_date_time_to_unix (date) * 1000 - now_ms, 0, HL_BACKOFF_WAIT_CAP_MS);
}

HlLinkVerdict
hl_link_verdict_make (HlVerdictAction action, HlLinkCause cause)
{
  HlLinkVerdict verdict = { action, cause, -1, FALSE, 0, FALSE };
  return verdict;
}

HlLinkVerdict
hl_link_verdict_from_status (guint status, const char *retry_after, gint64 now_ms)
{
  HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_LOGIN_PAGE);

  verdict.code = status;
  switch (status) {
  case 401:
    verdict.action = HL_VERDICT_STOP;
    verdict.cause = HL_LINK_CAUSE_DEVICE_REMOVED;
    verdict.authentic = TRUE;
    break;
  case 403:
    verdict.action = HL_VERDICT_STOP;
    verdict.cause = HL_LINK_CAUSE_NOT_ALLOWED;
    verdict.authentic = TRUE;
    break;
  case 404:
    verdict.action = HL_VERDICT_STOP;
    verdict.cause = HL_LINK_CAUSE_NO_LOCATION;
    verdict.authentic = TRUE;
    break;
  case 426:
    verdict.action = HL_VERDICT_STOP;
    verdict.cause = HL_LINK_CAUSE_TOO_OLD;
    verdict.authentic = TRUE;
    break;
  case 429:
    verdict.cause = HL_LINK_CAUSE_TOO_MANY;
    verdict.wait_ms = hl_link_parse_retry_after (retry_after, now_ms);
    break;
  default:
    /* 2xx and 3xx: something else answered on our address. Other 4xx: a proxy's word (407, 408, 421
     * ...). */
    if (status >= 500) {
      verdict.cause = HL_LINK_CAUSE_SERVER_ERROR;
      if (status == 503)
        verdict.wait_ms = hl_link_parse_retry_after (retry_after, now_ms);
    }
    break;
  }
  return verdict;
}

HlLinkVerdict
hl_link_verdict_from_close (guint code, gint64 retry_ms)
{
  HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_RESET);

  verdict.code = code;
  verdict.wait_ms = retry_ms;
  verdict.authentic = code >= 4000 && code <= 4999;
  switch (code) {
  case 1001:
  case 4001:
    verdict.cause = HL_LINK_CAUSE_SERVER_DOWN;
    break;
  case 1000:
    verdict.cause
        = HL_LINK_CAUSE_SERVER_DOWN; /* whether we mean to be closed is known elsewhere: retried */
    break;
  case 1002:
  case 1003:
  case 1007:
  case 1008:
  case 1010:
    verdict.cause = HL_LINK_CAUSE_BAD_FRAME;
    break;
  case 1009:
    verdict.cause = HL_LINK_CAUSE_BAD_FRAME;
    break;
  case 1011:
  case 4013:
    verdict.cause = HL_LINK_CAUSE_SERVER_ERROR;
    break;
  case 4008:
    verdict.cause = HL_LINK_CAUSE_SLOW;
    break;
  case 4029:
    verdict.cause = HL_LINK_CAUSE_TOO_MANY;
    break;
  case 4400:
    verdict.cause = HL_LINK_CAUSE_BAD_FRAME;
    break;
  case 4401:
    verdict.cause = HL_LINK_CAUSE_DEVICE_REMOVED;
    break;
  case 4403:
    verdict.cause = HL_LINK_CAUSE_NOT_ALLOWED;
    break;
  case 4404:
    verdict.cause = HL_LINK_CAUSE_NO_LOCATION;
    break;
  case 4406:
    verdict.cause = HL_LINK_CAUSE_TOO_OLD;
    break;
  case 4409:
    verdict.cause = HL_LINK_CAUSE_REPLACED;
    break;
  case 4410:
    verdict.cause = HL_LINK_CAUSE_PAIR_AGAIN;
    break;
  default:
    if (code >= 4000 && code <= 4099)
      verdict.cause = HL_LINK_CAUSE_SERVER_DOWN;
    break;
  }
  if (code >= 4100 && code <= 4199) {
    verdict.action = HL_VERDICT_SNAPSHOT;
    verdict.cause = HL_LINK_CAUSE_SLOW;
  } else if (code >= 4400 && code <= 4499) {
    verdict.action = HL_VERDICT_STOP;
    if (verdict.cause == HL_LINK_CAUSE_RESET)
      verdict.cause = HL_LINK_CAUSE_STOPPED;
  }
  return verdict;
}

HlLinkVerdict
hl_link_verdict_from_error (const GError *error, GTlsCertificateFlags flags, gboolean clock_wrong)
{
  HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_RESET);

  if (flags != 0 || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)) {
    verdict.action = HL_VERDICT_STOP;
    /* Only the dates are wrong: the certificate's, or this computer's. */
    if (flags != 0
        && (flags
            & ~(GTlsCertificateFlags)(G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
               == 0)
      verdict.cause = clock_wrong ? HL_LINK_CAUSE_CLOCK : HL_LINK_CAUSE_EXPIRED;
    else
      verdict.cause = HL_LINK_CAUSE_CERTIFICATE;
    return verdict;
  }
  if (error == NULL)
    return verdict;
  if (error->domain == G_RESOLVER_ERROR)
    verdict.cause = HL_LINK_CAUSE_NAME_NOT_FOUND;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    verdict.cause = HL_LINK_CAUSE_REFUSED;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    verdict.cause = HL_LINK_CAUSE_NO_NETWORK;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    verdict.cause = HL_LINK_CAUSE_NO_ANSWER;
  else if (error->domain == SOUP_WEBSOCKET_ERROR)
    verdict.cause = HL_LINK_CAUSE_LOGIN_PAGE;
  else if (error->domain == G_TLS_ERROR)
    verdict.cause = HL_LINK_CAUSE_LOGIN_PAGE; /* something that does not speak TLS answered */
  return verdict;
}

void
hl_link_verdict_doubt (HlLinkVerdict *verdict)
{
  verdict->doubted = TRUE;
  if (verdict->action != HL_VERDICT_STOP)
    return;
  verdict->action = HL_VERDICT_RETRY;
  verdict->cause = HL_LINK_CAUSE_LOGIN_PAGE;
  verdict->authentic = FALSE;
}
