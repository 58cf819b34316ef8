# SPDX-License-Identifier: GPL-3.0-or-later
"""What the manual says is what the programs do: each command, each provider with its settings, events and tools."""

import json
import os
import re
import shutil
import subprocess

import hostline
import tap

SAMPLES_ONLY = 'not on a live account'
# what a sample's file is named after, where that is not what the provider calls it
EVENTS = {'voice-incoming': 'A call comes in', 'status-callback': 'CallStatus', 'recording-status': 'RecordingStatus',
          'transcription-stopped': 'transcription-', 'pos_restaurant': 'calendar', 'reservation': None}


def read(*path):
    with open(os.path.join(hostline.SOURCE, *path)) as file:
        return file.read()


def plain(page):
    """The text of a manual page, without its requests."""
    text = re.sub(r'^\.\\".*\n', '', page, flags=re.M)
    text = re.sub(r'\\f[BIRP]', '', text).replace('\\-', '-').replace('\\(dq', '"')
    text = re.sub(r'^\.(?:TP|TQ|PP|EX|EE)\n', '', text, flags=re.M)
    text = re.sub(r'^\.(BI|IB|BR|RB|IR|RI) +(.*)$', lambda m: ''.join(re.findall(r'"[^"]*"|\S+', m.group(2))).replace('"', ''), text, flags=re.M)
    text = re.sub(r'^\.(?:B|I) +', '', text, flags=re.M)
    return re.sub(r'[ \n]+', ' ', text)


def sections(page):
    """Heading of each .SS -> its text, up to the next heading."""
    parts = re.split(r'^\.S[SH] (.*)$', page, flags=re.M)
    return {heading.replace('\\-', '-'): plain(text) for heading, text in zip(parts[1::2], parts[2::2])}


def providers():
    return json.loads(hostline.run_ctl('hook', 'providers', json_output=True).stdout)['providers']


def test_pages_are_clean(t):
    """No page has a mistake that the formatter sees."""
    groff = shutil.which('groff')
    if groff is None:
        t.skip('there is no groff')
    for name in sorted(os.listdir(os.path.join(hostline.SOURCE, 'data', 'man'))):
        done = subprocess.run([groff, '-man', '-Tutf8', '-ww', '-z', os.path.join(hostline.SOURCE, 'data', 'man', name)],
                              capture_output=True, text=True)
        t.equal((done.returncode, done.stderr), (0, ''), name)


def test_commands(t):
    """hostlinectl(1) has each command of its help, and each option of theirs."""
    text = plain(read('data', 'man', 'hostlinectl.1'))
    shown = hostline.run_ctl('--help').stdout.split('Commands:')[1].split('Options:')[0]
    for line in shown.strip().splitlines():
        words = re.match(r'\s*((?:[a-z-]+ ?)+)', line).group(1).strip()
        t.check(re.search(r'(?<![\w-])' + re.escape(words) + r'(?![\w-])', text), f'hostlinectl(1): {words}')
        for option in re.findall(r'--[a-z-]+', line):
            t.check(option in text, f'hostlinectl(1): {words} {option}')


def test_providers(t):
    """hostline-providers(7), README and the set-up text name each provider that is built in, and no other."""
    page = read('data', 'man', 'hostline-providers.7')
    parts = sections(page)
    readme = read('README.md')
    known = providers()
    named = {m.group(1) for m in (re.search(r'\(([a-z-]+)\)$', heading) for heading in parts) if m}
    t.equal(named, {p['name'] for p in known}, 'a section for each')
    t.check(SAMPLES_ONLY in plain(page) and SAMPLES_ONLY in readme, 'both say on what it was tested')
    for provider in known:
        name = provider['name']
        heading = next((h for h in parts if h.endswith(f'({name})')), '')
        text = parts.get(heading, '')
        t.check(provider['title'].split(' (')[0].split(' 1.0')[0] in readme, f'README: {provider["title"]}')
        t.check('Point there' in text and 'Secret' in text, f'{name}: where to, and which secret')
        t.check(len(provider['setup'].splitlines()) >= 4, f'{name}: hook providers says what to enter there')
        if name not in ('standard-webhooks', 'cloudevents'):
            t.check('Understood' in text and ('Leave alone' in text or 'Not there' in text or name == 'eatapp'),
                    f'{name}: what is understood and what is not')
        for setting in provider['settings']:
            t.check(re.search(r'(?<![\w-])' + re.escape(setting['name']) + r'(?![\w-])', text), f'{name}: --set {setting["name"]}')
        if provider['signs'] == 'url and body':
            t.check('signs the URL' in text, f'{name}: signs the URL')
        if provider['signs'] == 'nothing':
            t.check('can send' in text, f'{name}: signs nothing')


def test_events(t):
    """Each event that there is a sample of is spoken of, be it understood or not."""
    parts = sections(read('data', 'man', 'hostline-providers.7'))
    for sample in json.loads(read('tests', 'data', 'payloads', 'manifest.json'))['samples']:
        name = os.path.basename(sample['file'])
        text = next(text for heading, text in parts.items() if heading.endswith(f'({sample["provider"]})'))
        event = next((name[:len(word)] for word in ('realtime.call.incoming', 'live.call.incoming') if name.startswith(word)),
                     '.'.join(name.split('.')[:2]) if name.startswith('booking.') else name.split('.')[0])
        event = EVENTS.get(event, event)
        if sample['provider'] == 'tastyigniter':
            event = name.split('.')[1]
        if sample['provider'] == 'odoo' or event is None:
            continue
        t.check(event in text, f'{sample["file"]}: {event}')


def test_tools(t):
    """TOOLS has each tool by its name."""
    text = sections(read('data', 'man', 'hostline-providers.7'))['TOOLS']
    built = re.findall(r'g_str_equal \(name, "(\w+)"\)', read('server', 'ingest', 'hl-tool-plan.c'))
    t.check(len(built) >= 10, f'{len(built)} tools')
    for tool in built:
        t.check(tool in text, tool)
    for provider in providers():
        if 'custom' in provider['setup'] and 'book_reservation' in provider['setup']:
            missing = [tool for tool in built if tool not in provider['setup']]
            t.equal(missing, [], f'{provider["name"]}: hook providers names all of them')


if __name__ == '__main__':
    tap.main()
