/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A field of the schema: a GParamSpec with type, minimum, maximum, enum and default, and as qdata
 * what GObject has no word for: longest text, format, element type. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Our own param flags. Every hl_field_* constructor sets WIRE; a derived property has none of them.
 */
typedef enum {
  HL_FIELD_WIRE = 1 << G_PARAM_USER_SHIFT, /* is a member of the JSON form */
  HL_FIELD_REQUIRED
  = 1 << (G_PARAM_USER_SHIFT + 1), /* must be there whenever the record is written whole */
  HL_FIELD_NULLABLE = 1 << (G_PARAM_USER_SHIFT + 2), /* null clears it; else null is an error */
} HlFieldFlags;

/* Null in a nullable field:
 *   time           HL_TIME_NONE            int, int64     HL_INT_NONE (the real minimum is 0)
 *   double         -1.0                    string         NULL (never "")
 * A string that is not nullable is never NULL: its default is "". */
#define HL_INT_NONE (-1)
#define HL_DOUBLE_NONE (-1.0)

/* How a field is stored (GValue type) and written in JSON. */
typedef enum {
  HL_FIELD_KIND_BOOL,    /* gboolean; true, false */
  HL_FIELD_KIND_INT,     /* int; integer */
  HL_FIELD_KIND_INT64,   /* gint64; integer */
  HL_FIELD_KIND_DOUBLE,  /* double; number */
  HL_FIELD_KIND_ENUM,    /* an enum of hl-enums.h; its nick */
  HL_FIELD_KIND_STRING,  /* string; string, see HlFormat */
  HL_FIELD_KIND_TIME,    /* gint64 ms since the epoch; RFC 3339 text */
  HL_FIELD_KIND_STRINGS, /* GStrv, never NULL when read; array of strings */
  HL_FIELD_KIND_RECORD,  /* HlRecord or NULL; object */
  HL_FIELD_KIND_RECORDS, /* GPtrArray of HlRecord, immutable, never NULL when read; array of objects
                          */
  HL_FIELD_KIND_WEEKDAYS, /* int, bit 0 is Monday; array of 1..7 */
  HL_FIELD_KIND_SIZE_MAP, /* GPtrArray of HlTurnTime by size; object {"<size>": minutes} */
  HL_FIELD_KIND_ANY,      /* JsonNode or NULL; any JSON */
  HL_FIELD_KIND_DERIVED,  /* no field of the schema */
} HlFieldKind;

/* What a string holds; lengths count code points. */
typedef enum {
  HL_FORMAT_TEXT,     /* any text without NUL */
  HL_FORMAT_ID,       /* 1..64 of [A-Za-z0-9._:-] */
  HL_FORMAT_LOCATION, /* [a-z0-9][a-z0-9-]{0,62} */
  HL_FORMAT_DATE,     /* YYYY-MM-DD */
  HL_FORMAT_CLOCK,    /* HH:MM */
  HL_FORMAT_PHONE,    /* E.164: "+" and 2..15 digits, the first not 0 */
  HL_FORMAT_LANGUAGE, /* BCP 47 tag, at most 35 */
  HL_FORMAT_URL,      /* an https URL, or empty */
  HL_FORMAT_ZONE,     /* an IANA zone's name; whether it exists is for the caller */
  HL_FORMAT_RULE,     /* K-number of the collision table: "K1" */
} HlFormat;

/* Constructors (transfer full, floating). @name has hyphens ("table-ids"); the JSON name is the
 * same with underscores. @flags: HL_FIELD_REQUIRED, HL_FIELD_NULLABLE or 0. */
GParamSpec *hl_field_bool      (const char *name, gboolean preset, HlFieldFlags flags);
/* A nullable integer or number has a @minimum of 0 or more; its preset is null whatever @preset
 * says. */
GParamSpec *hl_field_int (const char *name, int minimum, int maximum, int preset,
                          HlFieldFlags flags);
GParamSpec *hl_field_int64 (const char *name, gint64 minimum, gint64 maximum, gint64 preset,
                            HlFieldFlags flags);
GParamSpec *hl_field_double (const char *name, double minimum, double maximum, double preset,
                             HlFieldFlags flags);
GParamSpec *hl_field_enum      (const char *name, GType type, int preset, HlFieldFlags flags);
GParamSpec *hl_field_time      (const char *name, HlFieldFlags flags);
GParamSpec *hl_field_string    (const char *name, guint max_length, HlFieldFlags flags);
/* @preset: (nullable): for a string that is not nullable, "" when NULL */
GParamSpec *hl_field_formatted (const char *name, HlFormat format, guint max_length,
                                const char *preset, HlFieldFlags flags);
GParamSpec *hl_field_id        (const char *name, HlFieldFlags flags);
GParamSpec *hl_field_phone     (const char *name, HlFieldFlags flags);
GParamSpec *hl_field_language  (const char *name, const char *preset, HlFieldFlags flags);
GParamSpec *hl_field_strings (const char *name, HlFormat format, guint max_length, guint max_items,
                              HlFieldFlags flags);
GParamSpec *hl_field_ids       (const char *name, guint max_items, HlFieldFlags flags);
GParamSpec *hl_field_record    (const char *name, GType type, HlFieldFlags flags);
GParamSpec *hl_field_records (const char *name, GType type, guint min_items, guint max_items,
                              HlFieldFlags flags);
GParamSpec *hl_field_weekdays  (const char *name, HlFieldFlags flags);
/* @preset: for example "2:90 4:105", sizes rising */
GParamSpec *hl_field_size_map  (const char *name, const char *preset, HlFieldFlags flags);
GParamSpec *hl_field_any       (const char *name, HlFieldFlags flags);

/* The most items that a field without a limit of its own may hold. */
#define HL_FIELD_MAX_ITEMS 1000

/**
 * HlField:
 *
 * A GParamSpec read once and laid out flat for the codec; owned by its #HlShape.
 *
 * @name: JSON name, interned
 * @pspec: where it all stands
 * @id: property id within its record class; 0 for a member that no record has
 * @kind: how it is stored and written
 * @required: in this shape
 * @nullable: null clears it
 * @format: for strings, and for each of several strings
 * @max_length: code points, of a string or of each of several strings
 * @min_items: of an array
 * @max_items: of an array
 * @minimum: of an integer; a nullable one's real minimum, not null's number
 * @maximum: of an integer
 * @low: of a double
 * @high: of a double
 * @value_type: the enum, or the record class of the elements
 */
typedef struct {
  const char  *name;
  GParamSpec  *pspec;
  guint        id;
  HlFieldKind  kind;
  gboolean     required;
  gboolean     nullable;
  HlFormat     format;
  guint        max_length;
  guint        min_items;
  guint        max_items;
  gint64       minimum;
  gint64       maximum;
  double       low;
  double       high;
  GType        value_type;
} HlField;

/* Fills @field from @pspec (a reference is taken by the shape, not here). */
void        hl_field_read          (HlField    *field,
                                    GParamSpec *pspec,
                                    guint       id);
/* The default of @pspec as a new value; also for the kinds whose default GParamSpec cannot hold.
 * @value: zero-filled, initialised here */
void        hl_field_init_default  (GParamSpec *pspec,
                                    GValue     *value);
/* "table-ids" for "table_ids" and back; interned. */
const char *hl_field_json_name     (const char *property_name);

/* Whether @text is well formed; an empty id is not. NULL is never. */
gboolean    hl_format_matches      (HlFormat    format,
                                    const char *text);
/* What is allowed, for a message: "1 to 64 of A-Z a-z 0-9 . _ : -" */
const char *hl_format_describe     (HlFormat format);
/* The same as an ECMA 262 pattern; NULL where there is none. */
const char *hl_format_pattern      (HlFormat format);

G_END_DECLS
