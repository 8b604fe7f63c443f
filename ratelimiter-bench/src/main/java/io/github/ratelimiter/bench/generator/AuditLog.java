package io.github.ratelimiter.bench.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A log of admitted permits with a maximum size, twelve bytes for each. It holds two instants for a
 * permit, in microseconds of the clock of this process: the request and the answer. The permit was
 * admitted between them.
 */
public final class AuditLog {
  /** The longest phase that the log can hold, in microseconds. */
  public static final long LONGEST_MICROS = Integer.MAX_VALUE - 10L;

  private static final int BLOCK = 1 << 15;

  private final AtomicLong room;
  private final List<Writer> writers = new ArrayList<>();
  private volatile boolean full;

  /** Creates a log of about so many permits: each thread reserves room for several thousand. */
  public AuditLog(long most) {
    this.room = new AtomicLong(most);
  }

  /** Returns the part of one thread in a phase that began at an instant. */
  public Writer writer(long startNanos) {
    Writer writer = new Writer(startNanos);
    synchronized (writers) {
      writers.add(writer);
    }
    return writer;
  }

  /** Returns whether permits are missing because the log was full. */
  public boolean full() {
    return full;
  }

  /** Calls the reader for each permit. No thread may write meanwhile. */
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

  /** The part of one thread. */
  public final class Writer {
    private final long startNanos;
    private final List<int[]> blocks = new ArrayList<>();
    private int[] block = {};
    private int at;

    private Writer(long startNanos) {
      this.startNanos = startNanos;
    }

    /**
     * Adds a permit with the earliest and the latest instant at which it may have been admitted.
     */
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
