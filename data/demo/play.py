#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays an evening at a server: signed webhooks of the voice agents in their own formats, bookings and kitchen
events of a publisher, and the actions of a second stand. Everything goes over HTTP, nothing else.

  play.py --plan plan.json book             posts the book of reservations
  play.py --plan plan.json earlier N        plays part N of the evening before the doors of the demonstration open
  play.py --plan plan.json evening [--speed X] [--seconds N]

plan.json is written by run.sh: url, location, tokens, hook paths and secrets, the clock's offset.
"""
import argparse
import heapq
import http.client
import itertools
import json
import os
import subprocess
import sys
import time
import urllib.parse
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HERE = os.path.dirname(os.path.abspath(__file__))


def load(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return json.load(f)


class Refused(Exception):
    pass


class Player:
    def __init__(self, plan, plan_path):
        self.plan = plan
        self.path = plan_path
        self.zone = ZoneInfo(plan["timezone"])
        self.base = "/v1/locations/" + plan["location"]
        self.posted = 0
        self.replay = None

    # --- time

    def now_ms(self):
        return int(time.time() * 1000) + self.plan["offset_ms"]

    def now(self):
        return datetime.fromtimestamp(self.now_ms() / 1000, timezone.utc)

    @staticmethod
    def stamp(when):
        return when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (when.microsecond // 1000)

    def local(self, day, clock):
        h, m = clock.split(":")
        return datetime.fromisoformat(day).replace(hour=int(h), minute=int(m), tzinfo=self.zone)

    # --- HTTP

    def request(self, method, path, body=None, headers=None):
        url = urllib.parse.urlsplit(self.plan["url"])
        data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode())
        deadline = time.monotonic() + 30
        while True:
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=15)
            try:
                connection.request(method, path, data, dict(headers or {}))
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 503 and time.monotonic() < deadline:
                    time.sleep(min(float(answer.headers.get("Retry-After", "1")), 2))
                    continue
                return answer.status, text
            except (ConnectionError, http.client.HTTPException, TimeoutError):
                # The server may be restarting; every request here has a key, so that it can be sent again.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            finally:
                connection.close()

    def expect(self, path, status, text, allowed=(200, 201, 202)):
        self.posted += 1
        if status not in allowed:
            raise Refused("%s answered %d: %s" % (path, status, text.decode("utf-8", "replace")[:400]))
        return json.loads(text) if text.strip() else {}

    def events(self, key, events, token="publisher"):
        path = self.base + "/events"
        return self.expect(path, *self.request("POST", path, events, {
            "Authorization": "Bearer " + self.plan["tokens"][token],
            "Content-Type": "application/json",
            "Idempotency-Key": '"%s"' % key}))

    def event(self, key, kind, data):
        return self.events(key, {"kind": kind, "at": self.stamp(self.now()), "data": data})

    def action(self, kind, data, name, who="Ben"):
        status, text = self.request("GET", self.base + "/state", None,
                                    {"Authorization": "Bearer " + self.plan["tokens"]["stand"]})
        position = self.expect(self.base + "/state", status, text)["pos"]
        self.plan["n"] = self.plan.get("n", 0) + 1
        self.save()
        path = self.base + "/actions"
        return self.expect(path, *self.request("POST", path, {
            "id": "demo-%s-%d" % (name, self.plan["n"]), "n": self.plan["n"], "kind": kind, "base": position,
            "predicted": "applied", "who": who, "composed_at": self.stamp(self.now()), "data": data}, {
            "Authorization": "Bearer " + self.plan["tokens"]["stand"], "Content-Type": "application/json"}))

    def save(self):
        temporary = self.path + ".new"
        with open(temporary, "w", encoding="utf-8") as f:
            json.dump(self.plan, f)
        os.replace(temporary, self.path)

    # --- webhooks: hostlinectl signs each as its provider would, and sends it

    def start_replay(self):
        command = ["hostlinectl", "--json", "--config", os.devnull, "replay", "-", "--url", self.plan["url"]]
        for name, hook in self.plan["hooks"].items():
            secret = "%s.secret-%s" % (self.path, name)
            with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
                f.write(hook["secret"] + "\n")
            command += ["--hook", hook["path"], "--secret-file", secret]
        # it ends when its standard input does, which is when this program ends, however that comes about
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def deliver(self, provider, body):
        if self.replay is None:
            self.replay = self.start_replay()
        line = json.dumps({"provider": provider, "body": json.dumps(body, ensure_ascii=False)}) + "\n"
        deadline = time.monotonic() + 30
        while True:
            self.replay.stdin.write(line)
            self.replay.stdin.flush()
            text = self.replay.stdout.readline()
            answer = json.loads(text) if text else {"status": 0}
            if not text or answer["status"] not in (0, 503) or time.monotonic() > deadline:
                return self.expect("the hook of " + provider, answer["status"], answer.get("answer", "").encode(), allowed=(200,))
            time.sleep(0.5)

    def retell(self, body):
        return self.deliver("retell", body)

    def vapi(self, body):
        return self.deliver("vapi", body)


# --- the evening's calls in the providers' own formats

def words_of(text, start):
    out = []
    for word in text.split():
        out.append({"word": word, "start": round(start, 2), "end": round(start + 0.26, 2)})
        start += 0.32
    return out


class RetellCall:
    def __init__(self, player, step):
        self.p, self.s, self.turns, self.t0 = player, step, [], None

    def call(self, **more):
        call = {"call_type": "phone_call", "from_number": self.s["from"], "to_number": "+12025550110",
                "direction": "inbound", "call_id": self.s["id"], "agent_id": "agent_1d2e3f4a5b6c7d8e9f0a1b2c3d",
                "agent_version": 3, "agent_name": "Lume host", "call_status": "ongoing",
                "metadata": {"restaurant_id": self.p.plan["location"]},
                "telephony_identifier": {"twilio_call_sid": self.s["sid"]}, "start_timestamp": self.t0}
        call.update(more)
        return call

    def spoken(self):
        return {"transcript": "".join("%s: %s\n" % ("Agent" if t["role"] == "agent" else "User", t["content"])
                                      for t in self.turns),
                "transcript_object": self.turns, "transcript_with_tool_calls": self.turns}

    def start(self):
        self.t0 = self.p.now_ms()
        self.p.retell({"event": "call_started", "call": self.call()})

    def say(self, role, text, final):
        since = (self.p.now_ms() - self.t0) / 1000
        turn = {"role": role, "content": text, "words": words_of(text, since)}
        if self.turns and self.turns[-1]["role"] == role and self.turns[-1].get("growing"):
            self.turns.pop()
        self.turns.append(dict(turn, growing=True) if not final else turn)
        clean = [{k: v for k, v in t.items() if k != "growing"} for t in self.turns]
        body = {"event": "transcript_updated", "call": self.call()}
        keep, self.turns = self.turns, clean
        body["call"].update(self.spoken())
        body["transcript_with_tool_calls"] = clean
        self.turns = keep
        self.p.retell(body)

    def transfer(self, number):
        self.p.retell({"event": "transfer_started", "call": {"call_id": self.s["id"]},
                       "transfer_destination": {"type": "predefined", "number": number},
                       "transfer_option": {"type": "cold_transfer"}})

    def end(self):
        end = self.p.now_ms()
        call = self.call(call_status="ended", end_timestamp=end, duration_ms=end - self.t0,
                         disconnection_reason=self.s["ends"], **self.spoken())
        self.p.retell({"event": "call_ended", "call": call})

    def report(self):
        end = self.p.now_ms()
        call = self.call(call_status="ended", end_timestamp=end, duration_ms=end - self.t0,
                         disconnection_reason=self.s["ends"], **self.spoken())
        call["call_analysis"] = {"call_summary": self.s["summary"], "user_sentiment": self.s.get("sentiment", "Unknown"),
                                 "call_successful": True, "in_voicemail": False, "custom_analysis_data": {}}
        self.p.retell({"event": "call_analyzed", "call": call})


class VapiCall:
    def __init__(self, player, step):
        self.p, self.s, self.messages, self.t0, self.turn = player, step, [], None, 0

    def message(self, kind, **more):
        number = {"provider": "twilio", "number": "+12025550110", "name": "Osteria Lume main line"}
        call = {"id": self.s["id"], "orgId": "b7e1d0c2-0000-4000-8000-000000000002", "type": "inboundPhoneCall",
                "status": "in-progress", "phoneCallProvider": "twilio", "phoneCallTransport": "pstn",
                "phoneCallProviderId": self.s["sid"], "createdAt": self.p.stamp(self.p.now()),
                "assistantId": "a1b2c3d4-0000-4000-8000-000000000001", "customer": {"number": self.s["from"]}}
        message = {"timestamp": self.p.now_ms(), "type": kind,
                   "artifact": {"messages": list(self.messages), "messagesOpenAIFormatted": []},
                   "call": call, "phoneNumber": number, "customer": {"number": self.s["from"]},
                   "assistant": {"name": "Lume host"}}
        message.update(more)
        return {"message": message}

    def start(self):
        self.t0 = self.p.now_ms()
        self.p.vapi(self.message("status-update", status="ringing"))
        self.p.vapi(self.message("status-update", status="in-progress"))

    def say(self, role, text, final):
        name = "assistant" if role == "agent" else "user"
        if final:
            at = self.p.now_ms()
            self.messages.append({"role": "bot" if role == "agent" else "user", "message": text, "time": at,
                                  "endTime": at + 1500, "secondsFromStart": round((at - self.t0) / 1000, 1),
                                  "duration": 1500})
        self.p.vapi(self.message("transcript", role=name, transcriptType="final" if final else "partial",
                                 transcript=text))

    def tool(self, booking, starts):
        arguments = {"guest_name": booking["name"], "party_size": booking["size"], "starts_at": starts,
                     "phone": booking["phone"]}
        call = {"id": "call_" + booking["id"], "type": "function",
                "function": {"name": "book_table", "arguments": json.dumps(arguments)}}
        self.p.vapi(self.message("tool-calls", toolCallList=[call], toolWithToolCallList=[
            {"type": "function", "function": {"name": "book_table"}, "toolCall": call}]))

    def transfer(self, number):
        self.p.vapi(self.message("status-update", status="forwarding"))

    def end(self):
        self.p.vapi(self.message("status-update", status="ended", endedReason=self.s["ends"]))

    def report(self):
        end = self.p.now()
        body = self.message("end-of-call-report", endedReason=self.s["ends"],
                            startedAt=self.p.stamp(end - timedelta(milliseconds=self.p.now_ms() - self.t0)),
                            endedAt=self.p.stamp(end),
                            analysis={"summary": self.s["summary"], "successEvaluation": "true"})
        body["message"]["artifact"]["transcript"] = "".join(
            "%s: %s\n" % ("AI" if m["role"] == "bot" else "User", m["message"]) for m in self.messages)
        self.p.vapi(body)


def growing(text):
    """The line as it is heard: in thirds, on word boundaries."""
    words = text.split()
    if len(words) < 6:
        return []
    return [" ".join(words[:len(words) // 3]), " ".join(words[:2 * len(words) // 3])]


def plan_call(player, step, add):
    call = (RetellCall if step["provider"] == "retell" else VapiCall)(player, step)
    call_id = "%s:%s" % (step["provider"], step["id"])
    key = "demo-" + step["id"]
    t = step["t"]
    add(t, call.start)
    add(t + 0.5, lambda: player.event(key + "-lang", "call_updated", {
        "call_id": call_id, "language": step["lang"], "language_confidence": 0.97}))
    pace = step["pace"]
    t += 2
    slots = []
    for i, (role, text) in enumerate(step["turns"]):
        for j, part in enumerate(growing(text)):
            add(t + j * pace * 0.25, lambda r=role, x=part: call.say(r, x, False))
        add(t + pace * 0.6, lambda r=role, x=text: call.say(r, x, True))
        booking = step.get("books")
        if booking and i in (2, 4):
            start = player.local(booking["day"], booking["time"])
            slots = ([{"kind": "party_size", "raw": str(booking["size"]), "value": str(booking["size"]), "state": "read_back"},
                      {"kind": "date", "raw": start.strftime("%A"), "value": booking["day"], "state": "read_back"},
                      {"kind": "time", "raw": booking["time"], "value": booking["time"], "state": "read_back"}]
                     + ([{"kind": "name", "raw": booking["name"], "value": booking["name"], "state": "heard"}] if i == 4 else []))
            add(t + pace * 0.7, lambda s=list(slots), n=i: player.event("%s-slots-%d" % (key, n), "call_updated", {
                "call_id": call_id, "intent": "book", "slots": s}))
        t += pace
    if "books" in step:
        add(t, lambda: book_from_call(player, call, step, call_id, key))
    if "cancels" in step:
        add(t, lambda: player.events(key + "-cancel", [
            {"kind": "reservation_cancelled", "at": player.stamp(player.now()),
             "data": {"reservation_id": step["cancels"]["id"], "cancel_reason": step["cancels"]["reason"]}},
            {"kind": "call_updated", "at": player.stamp(player.now()),
             "data": {"call_id": call_id, "intent": "cancel", "outcome": "cancelled"}}]))
    if "late" in step:
        add(t, lambda: player.events(key + "-late", [
            {"kind": "reservation_updated", "at": player.stamp(player.now()),
             "data": {"reservation_id": step["late"]["id"],
                      "late_eta": player.stamp(player.local("2026-12-04", step["late"]["time"]))}},
            {"kind": "call_updated", "at": player.stamp(player.now()),
             "data": {"call_id": call_id, "intent": "late", "outcome": "changed", "attention_priority": 2,
                      "attention_reason": "late", "attention_since": player.stamp(player.now())}}]))
    if "orders" in step:
        order = step["orders"]
        add(t, lambda: player.events(key + "-order", [
            {"kind": "order_created", "at": player.stamp(player.now()),
             "data": {"order_id": order["id"], "kind": "take_out", "call_id": call_id, "name": order["name"],
                      "due_at": player.stamp(player.local("2026-12-04", order["due"])), "items": items(order["items"])}},
            {"kind": "call_updated", "at": player.stamp(player.now()),
             "data": {"call_id": call_id, "intent": "order", "outcome": "order"}}]))
    if "attention" in step:
        add(t, lambda: player.event(key + "-attention", "call_updated", {
            "call_id": call_id, "attention_priority": step["attention"]["priority"],
            "attention_reason": step["attention"]["reason"], "attention_since": player.stamp(player.now()),
            "follow_up": "open"}))
    if "transfer" in step:
        add(t + 1, lambda: call.transfer(step["transfer"]))
    t += step.get("holds", 3)
    add(t, call.end)
    add(t + 3, call.report)


def book_from_call(player, call, step, call_id, key):
    booking = step["books"]
    start = player.local(booking["day"], booking["time"])
    if isinstance(call, VapiCall):
        call.tool(booking, start.isoformat())
    data = {"reservation_id": booking["id"], "source": "voice agent", "call_id": call_id, "name": booking["name"],
            "party_size": booking["size"], "starts_at": player.stamp(start), "phone": booking["phone"], "status": "booked"}
    if booking.get("notes"):
        data["notes_add"] = booking["notes"]
    player.events(key + "-book", [
        {"kind": "reservation_created", "at": player.stamp(player.now()), "data": data},
        {"kind": "call_updated", "at": player.stamp(player.now()),
         "data": {"call_id": call_id, "outcome": "booked", "caller_name": booking["name"], "slots": [
             {"kind": "name", "raw": booking["name"], "value": booking["name"], "state": "confirmed"}]}}])


def items(rows):
    return [{"line_id": i, "name": n, "quantity": q, "status": "placed"} for i, n, q in rows]


# --- the rooms' steps, made at the second stand

def do_step(player, step):
    kind = step["do"]
    key = "demo-%s-%s" % (kind, step.get("id", step.get("table", "")))
    if kind == "walk_in":
        player.action("seat", {"party_id": step["id"], "size": step["size"], "name": step["name"],
                               "table_ids": [step["table"]], "server": step["server"]}, step["id"])
    elif kind == "wait":
        player.action("add_party", {"party_id": step["id"], "size": step["size"], "name": step["name"],
                                    "status": "waiting", "quote_min": step["quote"][0], "quote_max": step["quote"][1]}, step["id"])
    elif kind == "arrive":
        player.action("arrive", {"reservation_id": step["id"], "party_id": "p-" + step["id"]}, step["id"])
    elif kind == "seat":
        party = step["id"] if step["id"].startswith("w-") else "p-" + step["id"]
        player.action("seat", {"party_id": party, "table_ids": step["tables"], "server": step["server"]}, step["id"])
    elif kind == "stage":
        player.action("set_stage", {"party_id": party_of(step["id"]), "stage": step["stage"]}, step["id"])
    elif kind == "finish":
        player.action("finish_party", {"party_id": party_of(step["id"])}, step["id"])
    elif kind == "clean":
        player.action("set_table", {"table_id": step["table"], "physical": "clean"}, "t" + step["table"])
    elif kind == "notice":
        data = {"notice_id": step["id"], "kind": step["kind"], "text": step["text"], "severity": step["severity"],
                "raised_at": player.stamp(player.now())}
        for ours, theirs in (("item", "item"), ("table", "table_id"), ("minutes", "minutes")):
            if ours in step:
                data[theirs] = step[ours]
        player.event(key, "kitchen_notice", data)
    elif kind == "order":
        player.event(key, "order_created", {"order_id": step["id"], "kind": "dine_in", "table_id": step["table"],
                                            "items": items(step["items"]), "status": step["status"]})
    elif kind == "order_changed":
        player.event(key + "-" + "-".join(step["changed"]), "order_updated", {
            "order_id": step["id"], "status": step["status"], "items": items(step["items"]), "changed": step["changed"]})
    else:
        raise ValueError("evening.json: nobody knows how to do '%s'" % kind)


def party_of(name):
    return name if name.startswith("w-") else "p-" + name


def short_step(row):
    """The short form of the earlier evening: ["arrive_seat", "res-01", ["11"], "Jo"]"""
    kind, who = row[0], row[1]
    if kind == "arrive_seat":
        return [{"do": "arrive", "id": who}, {"do": "seat", "id": who, "tables": row[2], "server": row[3]}]
    if kind == "walk_in":
        return [{"do": "walk_in", "id": who, "size": row[2], "name": row[3], "table": row[4], "server": row[5]}]
    if kind == "wait":
        return [{"do": "wait", "id": who, "size": row[2], "name": row[3], "quote": row[4:6]}]
    if kind == "stage":
        return [{"do": "stage", "id": who, "stage": row[2]}]
    if kind == "clean":
        return [{"do": "clean", "table": who}]
    if kind == "notice":
        return [{"do": "notice", "id": who, "kind": row[2], "text": row[3], "item": row[4], "severity": row[5]}]
    return [{"do": kind, "id": who}]


def post_book(player):
    book, rows = load("book.json")["reservations"], []
    for b in book:
        data = {"reservation_id": b["id"], "source": "book", "name": b["name"], "phone": b["phone"],
                "party_size": b["size"], "starts_at": player.stamp(player.local(b["day"], b["time"])),
                "status": b.get("status", "booked")}
        if "tables" in b:
            data["table_ids"] = b["tables"]
        if "tags" in b:
            data["tags_add"] = b["tags"]
        if "notes" in b:
            data["notes_add"] = b["notes"]
        if "allergies" in b:
            data["allergies"] = b["allergies"]
        rows.append({"kind": "reservation_created", "at": player.stamp(player.now()), "data": data})
    player.events("demo-book", rows)
    print("play: %d reservations in the book" % len(rows), flush=True)


def play_evening(player, speed, seconds):
    queue, counter = [], itertools.count()

    def add(t, what):
        heapq.heappush(queue, (t, next(counter), what))

    for step in load("evening.json")["evening"]:
        if step["do"] == "call":
            plan_call(player, step, add)
        else:
            add(step["t"], lambda s=step: do_step(player, s))
    started = time.monotonic()
    refused = 0
    while queue:
        t, _, what = heapq.heappop(queue)
        pause = started + t / speed - time.monotonic()
        if seconds and t / speed > seconds:
            break
        if pause > 0:
            time.sleep(pause)
        try:
            what()
        except Refused as error:
            refused += 1
            print("play: %s" % error, file=sys.stderr, flush=True)
    print("play: %d requests, %d refused" % (player.posted, refused), flush=True)
    return 1 if refused else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plan", required=True)
    parser.add_argument("part", choices=["book", "earlier", "evening"])
    parser.add_argument("number", nargs="?", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=0)
    args = parser.parse_args()
    with open(args.plan, encoding="utf-8") as f:
        player = Player(json.load(f), args.plan)
    try:
        if args.part == "book":
            post_book(player)
        elif args.part == "earlier":
            for row in load("evening.json")["earlier"][args.number]["steps"]:
                for step in short_step(row):
                    do_step(player, step)
        else:
            return play_evening(player, max(args.speed, 0.01), args.seconds)
    except Refused as error:
        print("play: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
