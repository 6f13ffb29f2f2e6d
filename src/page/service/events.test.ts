import { expect, test } from "vitest";
import { readEvents, type StreamedEvent } from "./events.ts";

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function read(chunks: readonly Uint8Array[]): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  for await (const event of readEvents(streamOf(chunks))) events.push(event);
  return events;
}

const text =
  'event: progress\ndata: {"label":"Müsli"}\n\n: a comment\n\nevent: result\r\ndata: a\r\ndata:b\r\n\r\ndata: last\n\n';
const expected = [
  { event: "progress", data: '{"label":"Müsli"}' },
  { event: "result", data: "a\nb" },
  { event: "message", data: "last" },
];

test("events are the same however the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    expect(await read(chunks)).toEqual(expected);
  }
});

test("an event that is cut off is not an event", async () => {
  expect(await read([new TextEncoder().encode("event: result\ndata: {}\n")])).toEqual([]);
});

test("whoever stops reading closes the stream", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("data: again\n\n"));
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const _ of readEvents(stream)) break;
  expect(cancelled).toBe(true);
});
