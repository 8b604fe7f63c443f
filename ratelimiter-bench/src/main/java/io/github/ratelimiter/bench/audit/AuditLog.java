package io.github.ratelimiter.bench.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A log of granted permits with a maximum size. Each permit takes twelve bytes: the key, the time
 * of the request and the time of the answer, in microseconds since the start of the phase. The
 * permit was granted between these two times. The bits of the key are inverted for a permit of a
 * fallback.
 */
public final class AuditLog implements GrantLog, Grants {
  /** The maximum length of a phase, in microseconds. */
  public static final long MAX_PHASE_MICROS = Integer.MAX_VALUE - 10L;

  private static final int BLOCK_PERMITS = 1 << 15;

  private final AtomicLong remaining;
  private final List<BlockWriter> writers = new ArrayList<>();
  private volatile boolean full;

  /**
   * Creates a log. It may be full a little early, because each thread reserves space in blocks.
   *
   * @param maximum the maximum number of permits
   */
  public AuditLog(long maximum) {
    this.remaining = new AtomicLong(maximum);
  }

  @Override
  public Writer writer(long startNanos) {
    BlockWriter writer = new BlockWriter(startNanos);
    synchronized (writers) {
      writers.add(writer);
    }
    return writer;
  }

  /** Returns whether permits are missing because the log is full. */
  public boolean full() {
    return full;
  }

  /** Calls the reader for each permit. No thread may write at the same time. */
  @Override
  public void forEach(Reader reader) {
    synchronized (writers) {
      writers.forEach(writer -> writer.forEach(reader));
    }
  }

  /** Rounds a time down to microseconds. */
  static int microsBefore(long nanos) {
    return (int) Math.floorDiv(nanos, 1_000L);
  }

  /** Rounds a time up to microseconds. */
  static int microsAfter(long nanos) {
    return (int) -Math.floorDiv(-nanos, 1_000L);
  }

  private final class BlockWriter implements Writer {
    private final long startNanos;
    private final List<int[]> blocks = new ArrayList<>();
    private int[] block = {};
    private int position;

    private BlockWriter(long startNanos) {
      this.startNanos = startNanos;
    }

    @Override
    public void granted(int key, long fromNanos, long toNanos, boolean byFallback) {
      if (position == block.length && !nextBlock()) {
        return;
      }
      block[position] = byFallback ? ~key : key;
      block[position + 1] = microsBefore(fromNanos - startNanos);
      block[position + 2] = microsAfter(toNanos - startNanos);
      position += 3;
    }

    private boolean nextBlock() {
      long size = Math.min(BLOCK_PERMITS, remaining.getAndAdd(-BLOCK_PERMITS));
      if (size <= 0) {
        full = true;
        return false;
      }
      block = new int[3 * (int) size];
      blocks.add(block);
      position = 0;
      return true;
    }

    private void forEach(Reader reader) {
      for (int[] written : blocks) {
        int end = written == block ? position : written.length;
        for (int i = 0; i < end; i += 3) {
          int key = written[i];
          reader.permit(key < 0 ? ~key : key, written[i + 1], written[i + 2], key < 0);
        }
      }
    }
  }
}
