package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.threads.ServiceThreads;
import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command that reaches a server at most once, even if the client repeats it. A {@code PING} is
 * sent instead of a repetition, and instead of a command that was given up. The command may be sent
 * again only after a server answered with an error, such as a redirection.
 */
public final class Call extends AsyncCommand<byte[], byte[], List<Object>> {
  private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final String TASK = "reads the answers of Redis";

  private enum Progress {
    UNSENT,
    SENT,
    REPEATED,
    ABANDONED
  }

  private final AtomicReference<Progress> progress;

  public Call(CommandType type, CommandArgs<byte[], byte[]> args) {
    this(type, args, new AtomicReference<>(Progress.UNSENT));
  }

  private Call(
      CommandType type, CommandArgs<byte[], byte[]> args, AtomicReference<Progress> progress) {
    super(new Command<>(type, new Reply(progress), args));
    this.progress = progress;
  }

  public static CommandArgs<byte[], byte[]> args() {
    return new CommandArgs<>(ByteArrayCodec.INSTANCE);
  }

  /** Returns whether a server may have carried it out without a reply. */
  public boolean mayHaveRun() {
    Progress now = progress.get();
    return now == Progress.SENT || now == Progress.REPEATED;
  }

  /**
   * Prevents it from being sent.
   *
   * @return false if it is too late
   */
  public boolean abandon() {
    return progress.compareAndSet(Progress.UNSENT, Progress.ABANDONED);
  }

  @Override
  public void encode(ByteBuf buffer) {
    ServiceThreads.mark(TASK); // This thread will read the reply.
    if (progress.compareAndSet(Progress.UNSENT, Progress.SENT)) {
      super.encode(buffer);
    } else {
      // Its caller is completed when the PING is answered. If the caller were completed here, its
      // next command would be written to the connection before this one, and the replies would go
      // to the wrong calls.
      progress.compareAndSet(Progress.SENT, Progress.REPEATED);
      buffer.writeBytes(PING);
    }
  }

  @Override
  public void complete() {
    Progress now = progress.get();
    if (now == Progress.REPEATED || now == Progress.ABANDONED) {
      completeExceptionally(new RedisException("Not sent a second time"));
    } else {
      super.complete();
    }
  }

  private static final class Reply extends ArrayOutput<byte[], byte[]> {
    private final AtomicReference<Progress> progress;

    Reply(AtomicReference<Progress> progress) {
      super(ByteArrayCodec.INSTANCE);
      this.progress = progress;
    }

    @Override
    public void setError(ByteBuffer error) {
      super.setError(error);
      progress.compareAndSet(Progress.SENT, Progress.UNSENT);
    }
  }
}
