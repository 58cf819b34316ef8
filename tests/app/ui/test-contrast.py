#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of the dashboard stands out at least 4.5:1 from what is behind it, marks 3:1, in light and dark.

Reads style.css: every colour there is made of named colours, mix () and alpha (). The named ones are
those of the toolkit's default style; PAIRS says which text lies on which ground."""
import os
import re

import tap

LIGHT = {
    'window_bg_color': '#fafafa', 'window_fg_color': '#000000cc', 'view_bg_color': '#ffffff',
    'view_fg_color': '#000000cc', 'headerbar_bg_color': '#ebebeb', 'headerbar_fg_color': '#000000cc',
    'popover_bg_color': '#ffffff', 'accent_bg_color': '#3584e4', 'accent_fg_color': '#ffffff',
    'accent_color': '#1c71d8', 'error_color': '#c01c28', 'warning_color': '#9c6e03',
}
DARK = {
    'window_bg_color': '#242424', 'window_fg_color': '#ffffff', 'view_bg_color': '#1e1e1e',
    'view_fg_color': '#ffffff', 'headerbar_bg_color': '#303030', 'headerbar_fg_color': '#ffffff',
    'popover_bg_color': '#383838', 'accent_bg_color': '#3584e4', 'accent_fg_color': '#ffffff',
    'accent_color': '#78aeed', 'error_color': '#ff7b63', 'warning_color': '#f8e45c',
}
PALETTE = {
    'blue_3': '#3584e4', 'blue_4': '#1c71d8', 'green_3': '#33d17a', 'green_4': '#2ec27e',
    'green_5': '#26a269', 'yellow_3': '#f6d32d', 'yellow_4': '#f5c211', 'yellow_5': '#e5a50a',
    'orange_3': '#ff7800', 'orange_4': '#e66100', 'orange_5': '#c64600', 'red_3': '#e01b24',
    'red_4': '#c01c28', 'red_5': '#a51d2d', 'purple_3': '#9141ac',
}

# (text, ground, what the ground lies on, least contrast): a selector stands for its rule's colour or
# background, @name for a named colour
TILES = ['open', 'reserved-soon', 'assigned', 'partially-seated', 'seated', 'course', 'check', 'dirty',
         'blocked', 'disputed']
PAIRS = [('@view_fg_color', 'button.hl-table.' + tile, '@view_bg_color', 4.5) for tile in TILES]
PAIRS += [('button.hl-table.turn-soon .hl-table-timer', 'button.hl-table.' + tile, '@view_bg_color', 4.5)
          for tile in ('partially-seated', 'seated', 'course', 'check')]
PAIRS += [('.hl-allergy', 'button.hl-table.' + tile, '@view_bg_color', 3.0)
          for tile in ('partially-seated', 'seated', 'course', 'check')]
PAIRS += [
    ('button.hl-table.turn-over .hl-table-timer', 'button.hl-table.turn-over .hl-table-timer', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-call', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-call.needs-you', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-call.urgent', '@view_bg_color', 4.5),
    ('.hl-call.urgent .hl-call-reason', '.hl-call.urgent', '@view_bg_color', 4.5),
    ('.hl-call-state', '.hl-call.urgent', '@view_bg_color', 4.5),
    ('.hl-call-state', '.hl-call.needs-you', '@view_bg_color', 4.5),
    ('.hl-group', '@view_bg_color', '@view_bg_color', 4.5),
    ('.hl-group.late', '@view_bg_color', '@view_bg_color', 4.5),
    ('.hl-person-minutes', '@view_bg_color', '@view_bg_color', 4.5),
    ('.hl-person-status', '@view_bg_color', '@view_bg_color', 4.5),
    ('.hl-person.late .hl-person-time', '@view_bg_color', '@view_bg_color', 4.5),
    ('.hl-section-server', '@window_bg_color', '@window_bg_color', 4.5),
    ('.hl-nothing', '@view_bg_color', '@view_bg_color', 4.5),
    ('.hl-turn-speaker', '@view_bg_color', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-turn-text', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-turn.caller .hl-turn-text', '@view_bg_color', 4.5),
    ('chip.error', 'chip.error', '@view_bg_color', 4.5),
    ('chip.warning', 'chip.warning', '@view_bg_color', 4.5),
    ('chip.accent', 'chip.accent', '@view_bg_color', 4.5),
    ('chip.demo', 'chip.demo', '@headerbar_bg_color', 4.5),
    ('chip.slot-confirmed', 'chip.slot-confirmed', '@view_bg_color', 4.5),
    ('chip.slot-corrected', 'chip.slot-corrected', '@view_bg_color', 4.5),
    ('chip.slot-impossible', 'chip.slot-impossible', '@view_bg_color', 4.5),
    ('.hl-banner.warning', '.hl-banner.warning', '@window_bg_color', 4.5),
    ('.hl-banner.check', '.hl-banner.check', '@window_bg_color', 4.5),
    ('@window_fg_color', '.hl-hint', '@window_bg_color', 4.5),
    ('.hl-hint.warning', '.hl-hint.warning', '@window_bg_color', 4.5),
    ('button.hl-pill.live', 'button.hl-pill.live', '@headerbar_bg_color', 4.5),
    ('button.hl-pill.offline', 'button.hl-pill.offline', '@headerbar_bg_color', 4.5),
    ('button.hl-pill.conflict', 'button.hl-pill.conflict', '@headerbar_bg_color', 4.5),
    ('@window_fg_color', 'button.hl-pill.checking', '@headerbar_bg_color', 4.5),
    ('.hl-calls-chip.needs-you', '.hl-calls-chip.needs-you', '@headerbar_bg_color', 4.5),
    ('button.hl-destructive', '@view_bg_color', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-card', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-card.urgent', '@view_bg_color', 4.5),
    ('.hl-card-note', '.hl-card', '@view_bg_color', 4.5),
    ('.hl-card-note', '.hl-card.urgent', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-item.needs-person', '@view_bg_color', 4.5),
    ('.hl-item-fate', '@view_bg_color', '@view_bg_color', 4.5),
    ('@view_fg_color', '.hl-tray .hl-tabs button.to-check', '@view_bg_color', 4.5),
    ('plot > column', '@view_bg_color', '@view_bg_color', 3.0),
    ('plot > column.second', '@view_bg_color', '@view_bg_color', 3.0),
]


def read_rules(path):
    text = re.sub(r'/\*.*?\*/', '', open(path, encoding='utf-8').read(), flags=re.S)
    rules = {}
    for selectors, body in re.findall(r'([^{}]+)\{([^{}]*)\}', text):
        for selector in selectors.split(','):
            rule = rules.setdefault(' '.join(selector.split()), {})
            for declaration in body.split(';'):
                if ':' in declaration:
                    name, value = declaration.split(':', 1)
                    rule[name.strip()] = ' '.join(value.split())
    return rules


def parse_hex(text):
    digits = text[1:]
    values = [int(digits[i:i + 2], 16) / 255 for i in range(0, len(digits), 2)]
    return tuple(values + [1.0] * (4 - len(values)))


def split_arguments(text):
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == '(') - (c == ')')
        if c == ',' and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + [text[start:].strip()]


def evaluate(text, names, current):
    text = text.strip()
    if text == 'white':
        return (1.0, 1.0, 1.0, 1.0)
    if text == 'transparent':
        return (0.0, 0.0, 0.0, 0.0)
    if text == 'currentColor':
        return current
    if text.startswith('@'):
        return parse_hex(names[text[1:]])
    function, arguments = re.fullmatch(r'(\w+)\s*\((.*)\)', text).groups()
    arguments = split_arguments(arguments)
    first = evaluate(arguments[0], names, current)
    if function == 'alpha':
        return first[:3] + (first[3] * float(arguments[1]),)
    second = evaluate(arguments[1], names, current)
    factor = float(arguments[2])
    return tuple(a * (1 - factor) + b * factor for a, b in zip(first, second))


def lay(over, under):
    alpha = over[3]
    return tuple(o * alpha + u * (1 - alpha) for o, u in zip(over[:3], under[:3])) + (1.0,)


def find_colours(text):
    """The colours of a background, outermost expressions only."""
    found, i = [], 0
    while i < len(text):
        match = re.compile(r'(mix|alpha)\s*\(|@\w+|transparent').match(text, i)
        if not match:
            i += 1
            continue
        if not match.group(1):
            found.append(match.group(0))
            i = match.end()
            continue
        depth, end = 1, match.end()
        while depth:
            depth += (text[end] == '(') - (text[end] == ')')
            end += 1
        found.append(text[match.start():end])
        i = end
    return found


def get_grounds(selector, rules, names, under):
    """Every colour that text on this ground may meet, except the small mark in a corner."""
    if selector.startswith('@'):
        return [evaluate(selector, names, None)]
    rule = rules[selector]
    base = under
    if 'background-color' in rule:
        base = lay(evaluate(rule['background-color'], names, names_fg(names)), under)
    image = rule.get('background-image', '')
    if 'repeating' not in image and 'to right' not in image:
        return [base]
    return [lay(evaluate(colour, names, names_fg(names)), base) for colour in find_colours(image)] + [base]


def names_fg(names):
    return parse_hex(names['view_fg_color'])


def luminance(colour):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check_scheme(t, own):
    rules = read_rules(os.path.join(os.environ['HOSTLINE_SOURCE_DIR'], 'app/style.css'))
    names = dict(PALETTE, **own)
    for text, ground, under, least in PAIRS:
        below = evaluate(under, names, None)
        worst = 21.0
        for colour in get_grounds(ground, rules, names, below):
            written = text if text.startswith('@') else rules[text].get('color', '@view_fg_color')
            front = lay(evaluate(written, names, names_fg(names)), colour)
            worst = min(worst, contrast(front, colour))
        t.check(worst >= least, '%s on %s: %.2f, at least %.1f' % (text, ground, worst, least))


def test_light(t):
    check_scheme(t, LIGHT)


def test_dark(t):
    check_scheme(t, DARK)


if __name__ == '__main__':
    tap.main()
