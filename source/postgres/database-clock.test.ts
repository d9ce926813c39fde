import { describe, expect, it } from 'vitest';
import { DatabaseClock } from './database-clock.ts';

/** A computer and a database whose times are set by hand; each question takes as long as is said, half of it on the way there. */
class World {
  /** True time, milliseconds. */
  time = 1_000_000;
  wallAhead = 0;
  latency = 10;
  /** Time that the monotonic clock did not see. */
  slept = 0;
  asked = 0;
  readonly clock = new DatabaseClock(
    () => {
      this.asked += 1;
      this.time += this.latency / 2;
      const answer = new Date(this.time);
      this.time += this.latency / 2;
      return Promise.resolve(answer);
    },
    { wall: () => this.time + this.wallAhead, monotonic: () => this.time - this.slept - 900_000 },
  );
}

describe('the clock of the database', () => {
  it('is what all workers go by, however wrong their own are', async () => {
    for (const wallAhead of [0, 3_600_000, -86_400_000]) {
      const world = new World();
      world.wallAhead = wallAhead;
      expect([world.clock.known, world.clock.due, world.clock.ahead]).toEqual([false, true, null]);
      await world.clock.measure();
      world.time += 12_345;
      expect(world.clock.now().getTime()).toBe(world.time);
      expect([world.clock.known, world.clock.due, world.clock.ahead]).toEqual([true, false, wallAhead]);
    }
  });

  it("does not move when this computer's is set, which is noticed", async () => {
    const world = new World();
    await world.clock.measure();
    world.wallAhead = 400;
    expect(world.clock.due).toBe(false);
    world.wallAhead = 60_000;
    expect([world.clock.now().getTime(), world.clock.due]).toEqual([world.time, true]);
    await world.clock.measure();
    expect([world.clock.ahead, world.clock.due]).toEqual([60_000, false]);
  });

  it('is late after a sleep, never ahead, until it is asked again', async () => {
    const world = new World();
    await world.clock.measure();
    world.time += 30_000;
    world.slept = 30_000;
    expect([world.clock.now().getTime(), world.clock.due]).toEqual([world.time - 30_000, true]);
    await world.clock.measure();
    expect(world.clock.now().getTime()).toBe(world.time);
  });

  it('is asked for each minute', async () => {
    const world = new World();
    await world.clock.measure();
    world.time += 59_000;
    expect(world.clock.due).toBe(false);
    world.time += 1000;
    expect(world.clock.due).toBe(true);
  });

  it('takes the quickest of three slow answers, and keeps what it knows better', async () => {
    const world = new World();
    await world.clock.measure();
    expect(world.asked).toBe(1);
    world.latency = 20_000;
    world.time += 60_000;
    await world.clock.measure();
    expect(world.asked).toBe(4);
    expect([world.clock.now().getTime(), world.clock.due]).toEqual([world.time, true]);
  });

  it('passes an outage on, and keeps what it knows', async () => {
    const clock = new DatabaseClock(() => Promise.reject(new Error('away')), { wall: () => 5, monotonic: () => 0 });
    await expect(clock.measure()).rejects.toThrow('away');
    expect([clock.known, clock.now().getTime()]).toEqual([false, 5]);
  });
});
