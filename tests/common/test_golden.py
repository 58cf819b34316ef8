# SPDX-License-Identifier: GPL-3.0-or-later
"""The golden files, judged twice: by the codec, and by an independent validator that reads the printed schema.

A golden file is {"shape", "data"} and, if the data is wrong, the "pointer" of what is wrong. "schema": false marks a
rule that JSON Schema cannot say (an id given twice, a day that does not exist).
"""

import glob
import json
import os
import subprocess
import sys

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = sys.argv.pop(1) if len(sys.argv) > 1 and os.path.exists(sys.argv[1]) else os.environ.get('HOSTLINE_CODEC_TOOL')


def goldens(kind):
    paths = sorted(glob.glob(os.path.join(HERE, 'golden', kind, '*.json')))
    assert len(paths) >= (40 if kind == 'valid' else 80), f'only {len(paths)} {kind} files'
    with_content = []
    for path in paths:
        with open(path, encoding='utf-8') as file:
            with_content.append((path, json.load(file)))
    return with_content


def run_tool(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def schema_validator():
    try:
        import jsonschema
    except ImportError:
        raise tap.Skip('python3-jsonschema is not installed') from None
    if not hasattr(jsonschema, 'Draft202012Validator'):
        raise tap.Skip('python3-jsonschema is too old')
    document = json.loads(run_tool('--schema', 'json-schema'))
    jsonschema.Draft202012Validator.check_schema(document)

    def errors(shape, data):
        schema = {
            '$schema': document['$schema'],
            '$defs': document['$defs'],
            '$ref': '#/$defs/' + shape.replace(':', '.'),
        }
        return list(jsonschema.Draft202012Validator(schema).iter_errors(data))

    return document, errors


def test_codec_takes_the_valid(t):
    files = goldens('valid')
    lines = run_tool(*[path for path, _ in files]).splitlines()
    for (path, _), line in zip(files, lines, strict=True):
        t.equal(line, 'ok', os.path.basename(path))


def test_codec_points_at_the_invalid(t):
    files = goldens('invalid')
    lines = run_tool(*[path for path, _ in files]).splitlines()
    for (path, golden), line in zip(files, lines, strict=True):
        t.equal(line, 'error ' + golden['pointer'], os.path.basename(path))


def test_schema_agrees(t):
    _, errors = schema_validator()
    for path, golden in goldens('valid'):
        found = errors(golden['shape'], golden['data'])
        t.equal([e.message for e in found], [], os.path.basename(path))
    for path, golden in goldens('invalid'):
        found = errors(golden['shape'], golden['data'])
        beyond = golden.get('schema') is False
        t.equal(bool(found), not beyond, os.path.basename(path))


def test_schema_covers_every_kind(t):
    document, errors = schema_validator()
    events = [name for name in document['$defs'] if name.startswith('event.')]
    actions = [name for name in document['$defs'] if name.startswith('action.')]
    t.equal(len(events), 20, 'event kinds')
    t.equal(len(actions), 38, 'action kinds')
    posted = {'kind': 'call_started', 'at': '2026-11-27T19:02:11.345Z', 'data': {'call_id': 'c1'}}
    t.equal(errors('posted_event', posted), [], 'an event as it is posted')
    t.check(errors('posted_event', {**posted, 'data': {}}), 'its data is checked by its kind')
    t.check(errors('posted_event', {**posted, 'kind': 'call_begun'}), 'an unknown kind')


def walk_references(node):
    if isinstance(node, dict):
        if isinstance(node.get('$ref'), str):
            yield node['$ref']
        for value in node.values():
            yield from walk_references(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk_references(value)


def resolve(document, reference):
    assert reference.startswith('#/'), reference
    node = document
    for token in reference[2:].split('/'):
        node = node[token.replace('~1', '/').replace('~0', '~')]
    return node


def test_documents(t):
    for name, member, version in (('asyncapi', 'asyncapi', '3.0.0'), ('openapi', 'openapi', '3.1.0')):
        document = json.loads(run_tool('--schema', name))
        t.equal(document[member], version, name)
        references = set(walk_references(document))
        t.check(len(references) > 50, f'{name} refers to its schemas')
        for reference in references:
            resolve(document, reference)
        t.check(True, f'{name}: every reference resolves')
    document = json.loads(run_tool('--schema', 'openapi'))
    for path, item in document['paths'].items():
        for method, operation in item.items():
            names = {p['name'] for p in operation.get('parameters', []) if p['in'] == 'path'}
            wanted = {part[1:-1] for part in path.split('/') if part.startswith('{')}
            t.equal(names, wanted, f'{method} {path}: parameters')
            t.check(operation['responses'], f'{method} {path}: responses')
    document = json.loads(run_tool('--schema', 'asyncapi'))
    frames = set(document['components']['messages'])
    t.equal(len(frames), 12, 'frames')


if __name__ == '__main__':
    assert TOOL, 'give the codec tool as the first argument'
    tap.main()
