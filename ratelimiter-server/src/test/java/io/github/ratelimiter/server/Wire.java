package io.github.ratelimiter.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message by the numbers of its fields, as it is sent. It knows no schema of the service, so a
 * test that uses it finds a number that is wrong.
 */
final class Wire {
  /** Values in their order: a {@code Long} or a {@code byte[]}. */
  private final Map<Integer, List<Object>> fields = new TreeMap<>();

  static Wire message() {
    return new Wire();
  }

  Wire with(int number, long value) {
    return add(number, value);
  }

  Wire with(int number, String value) {
    return add(number, value.getBytes(StandardCharsets.UTF_8));
  }

  Wire with(int number, Wire value) {
    return add(number, value.toBytes());
  }

  private Wire add(int number, Object value) {
    fields.computeIfAbsent(number, any -> new ArrayList<>()).add(value);
    return this;
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (Map.Entry<Integer, List<Object>> field : fields.entrySet()) {
        for (Object value : field.getValue()) {
          if (value instanceof Long number) {
            out.writeUInt64(field.getKey(), number);
          } else {
            out.writeBytes(field.getKey(), ByteString.copyFrom((byte[]) value));
          }
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Wire read(byte[] bytes) {
    Wire message = new Wire();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int number = WireFormat.getTagFieldNumber(tag);
        switch (WireFormat.getTagWireType(tag)) {
          case WireFormat.WIRETYPE_VARINT -> message.with(number, in.readRawVarint64());
          case WireFormat.WIRETYPE_LENGTH_DELIMITED -> message.add(number, in.readByteArray());
          default -> throw new AssertionError("tag " + tag);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return message;
  }

  private List<Object> values(int number) {
    return fields.getOrDefault(number, List.of());
  }

  /** Returns a number; 0 if it was not sent, as proto3 has it. */
  long number(int number) {
    return values(number).isEmpty() ? 0 : (Long) values(number).get(0);
  }

  String text(int number) {
    return values(number).isEmpty()
        ? ""
        : new String((byte[]) values(number).get(0), StandardCharsets.UTF_8);
  }

  List<Wire> messages(int number) {
    return values(number).stream().map(value -> read((byte[]) value)).toList();
  }

  Wire message(int number) {
    return messages(number).isEmpty() ? message() : messages(number).get(0);
  }
}
