package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is needed to settle a reservation, on any instance. Nothing is stored for it: it is the
 * content of the reservation's ID. Immutable.
 *
 * @param name is unique
 * @param end until when it can be settled
 * @param life the time from the reservation to its end, in whole seconds
 * @param maxCost the cost that was reserved
 * @param permits what was taken of each key
 */
record ReservationRecord(
    String name, Instant end, Duration life, long maxCost, List<ReservedPermits> permits) {
  ReservationRecord {
    permits = List.copyOf(permits);
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, name);
      out.writeLong(end.toEpochMilli());
      out.writeLong(life.toSeconds());
      out.writeLong(maxCost);
      out.writeInt(permits.size());
      for (ReservedPermits each : permits) {
        write(out, each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, ReservedPermits each) throws IOException {
    write(out, each.policy().name());
    write(out, each.policy().text());
    write(out, each.key());
    out.writeLong(each.permitsOfOne());
    Grant grant = each.grant();
    out.writeLong(grant.permits());
    out.writeLong(grant.atMicros());
    out.writeLong(grant.usedAtMicros());
    out.writeLong(grant.generation());
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Requires bytes that {@link #toBytes} has made. */
  static ReservationRecord of(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      String name = readText(in);
      Instant end = Instant.ofEpochMilli(in.readLong());
      Duration life = Duration.ofSeconds(in.readLong());
      long maxCost = in.readLong();
      int count = in.readInt();
      List<ReservedPermits> permits = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        permits.add(readPermits(in));
      }
      return new ReservationRecord(name, end, life, maxCost, permits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReservedPermits readPermits(DataInputStream in) throws IOException {
    Policy policy = Policy.parse(readText(in), readText(in));
    return new ReservedPermits(
        policy,
        readText(in),
        in.readLong(),
        new Grant(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
