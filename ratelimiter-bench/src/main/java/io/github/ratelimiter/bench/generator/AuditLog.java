package io.github.ratelimiter.bench.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which permits were admitted, and when: twelve bytes each, up to a number of them. A permit's
 * instant lies between the two that are kept, when it was asked for and when the answer was there,
 * in microseconds of this process's clock.
 */
public final class AuditLog {
  /** The longest time that its instants can tell, in microseconds. */
  public static final long LONGEST_MICROS = Integer.MAX_VALUE - 10L;

  private static final int BLOCK = 1 << 15;

  private final AtomicLong room;
  private final List<Writer> writers = new ArrayList<>();
  private volatile boolean full;

  /** A log of so many permits, about: each thread takes room for several thousand. */
  public AuditLog(long most) {
    this.room = new AtomicLong(most);
  }

  /** A log for one thread, of a phase that began at an instant. */
  public Writer writer(long startNanos) {
    Writer writer = new Writer(startNanos);
    synchronized (writers) {
      writers.add(writer);
    }
    return writer;
  }

  /** Whether some permits are not in it. */
  public boolean full() {
    return full;
  }

  /** Calls for each permit; when nobody writes any more. */
  public void forEach(Reader reader) {
    synchronized (writers) {
      writers.forEach(writer -> writer.forEach(reader));
    }
  }

  /** Reads permits. */
  public interface Reader {
    /** A permit of a key, admitted between two instants. */
    void permit(int key, int fromMicros, int toMicros);
  }

  /** One thread's part. */
  public final class Writer {
    private final long startNanos;
    private final List<int[]> blocks = new ArrayList<>();
    private int[] block = {};
    private int at;

    private Writer(long startNanos) {
      this.startNanos = startNanos;
    }

    /** Notes a permit, from the earliest instant that it may have been admitted at to the last. */
    public void admitted(int key, long fromNanos, long toNanos) {
      if (at == block.length && !nextBlock()) {
        return;
      }
      block[at] = key;
      block[at + 1] = (int) Math.floorDiv(fromNanos - startNanos, 1_000L);
      block[at + 2] = (int) -Math.floorDiv(startNanos - toNanos, 1_000L);
      at += 3;
    }

    private boolean nextBlock() {
      long size = Math.min(BLOCK, room.getAndAdd(-BLOCK));
      if (size <= 0) {
        full = true;
        return false;
      }
      block = new int[3 * (int) size];
      blocks.add(block);
      at = 0;
      return true;
    }

    private void forEach(Reader reader) {
      for (int[] some : blocks) {
        int end = some == block ? at : some.length;
        for (int i = 0; i < end; i += 3) {
          reader.permit(some[i], some[i + 1], some[i + 2]);
        }
      }
    }
  }
}
