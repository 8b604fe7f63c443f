package io.github.ratelimiter.bench.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of granted permits in a file, so that another process can read it and it takes no heap.
 * Each permit takes twelve bytes: the key, the time of the request and the time of the answer, in
 * microseconds since the start of the phase. The bits of the key are inverted for a permit of a
 * fallback.
 */
public final class GrantFile implements GrantLog, AutoCloseable {
  private static final int PERMIT_BYTES = 12;
  private static final int BLOCK_BYTES = PERMIT_BYTES << 12;

  private final FileChannel channel;
  private final List<BlockWriter> writers = new ArrayList<>();

  /** Creates a file, or replaces it. */
  public GrantFile(Path file) {
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Writer writer(long startNanos) {
    BlockWriter writer = new BlockWriter(startNanos);
    synchronized (writers) {
      writers.add(writer);
    }
    return writer;
  }

  /** Writes what is left. No thread may add permits at the same time. */
  @Override
  public void close() {
    synchronized (writers) {
      writers.forEach(BlockWriter::flush);
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the permits in a file.
   *
   * @param file a file that was closed
   * @param startMicros added to all times: when the phase began, since the common start
   * @param errorMicros how far the clocks of two processes may differ; a permit is reported as
   *     granted in an interval that is longer by this time at both ends
   */
  public static Grants read(Path file, long startMicros, long errorMicros) {
    return reader -> {
      ByteBuffer permits = map(file);
      while (permits.remaining() >= PERMIT_BYTES) {
        int key = permits.getInt();
        long from = startMicros + permits.getInt() - errorMicros;
        long to = startMicros + permits.getInt() + errorMicros;
        reader.permit(key < 0 ? ~key : key, Math.toIntExact(from), Math.toIntExact(to), key < 0);
      }
    };
  }

  private static ByteBuffer map(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class BlockWriter implements Writer {
    private final long startNanos;
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);

    BlockWriter(long startNanos) {
      this.startNanos = startNanos;
    }

    @Override
    public void granted(int key, long fromNanos, long toNanos, boolean byFallback) {
      if (!block.hasRemaining()) {
        flush();
      }
      block.putInt(byFallback ? ~key : key);
      block.putInt(AuditLog.microsBefore(fromNanos - startNanos));
      block.putInt(AuditLog.microsAfter(toNanos - startNanos));
    }

    private void flush() {
      block.flip();
      // One thread writes at a time, so that blocks are not mixed.
      synchronized (channel) {
        while (block.hasRemaining()) {
          write();
        }
      }
      block.clear();
    }

    private void write() {
      try {
        channel.write(block);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
