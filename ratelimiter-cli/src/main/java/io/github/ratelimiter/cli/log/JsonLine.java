package io.github.ratelimiter.cli.log;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads a JSON object with the field names of Caddy, Traefik or common nginx configurations. */
final class JsonLine {
  private static final List<String> TIME =
      List.of(
          "StartUTC",
          "ts",
          "msec",
          "time_msec",
          "time_iso8601",
          "@timestamp",
          "timestamp",
          "time",
          "time_local",
          "datetime");
  private static final List<String> CLIENT =
      List.of(
          "request/client_ip",
          "request/remote_ip",
          "request/remote_addr",
          "ClientHost",
          "ClientAddr",
          "remote_addr",
          "client_ip",
          "clientip",
          "remote_ip",
          "client",
          "ip");
  private static final List<String> METHOD =
      List.of("request/method", "RequestMethod", "request_method", "method");
  private static final List<String> REQUEST_LINE = List.of("request");
  private static final List<String> REQUEST_PATH =
      List.of("request/uri", "RequestPath", "request_uri");
  private static final List<String> OTHER_PATH = List.of("uri", "url", "path");
  private static final List<String> AGENT =
      List.of(
          "request/headers/User-Agent",
          "request_User-Agent",
          "http_user_agent",
          "user_agent",
          "agent");
  private static final List<String> USER =
      List.of("user_id", "ClientUsername", "remote_user", "user");

  private static final List<String> STATUS =
      List.of("status", "DownstreamStatus", "status_code", "response/status");

  private final LogTime times;

  JsonLine(LogTime times) {
    this.times = times;
  }

  /** Parses a line. Returns null if it is not a JSON object. */
  static @Nullable JsonObject parse(String line) {
    String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    JsonObject json = parseText(text);
    // nginx writes escapes such as \x22 unless the log format has escape=json.
    return json != null || !text.contains("\\x") ? json : parseText(text.replace("\\x", "\\\\x"));
  }

  private static @Nullable JsonObject parseText(String text) {
    try {
      JsonElement json = JsonParser.parseString(text);
      return json.isJsonObject() ? json.getAsJsonObject() : null;
    } catch (JsonParseException e) {
      return null;
    }
  }

  /** Returns the line inside an object that Docker wrote; null for any other object. */
  static @Nullable String unwrapDocker(JsonObject json) {
    boolean isDocker = json.has("log") && json.has("stream");
    return isDocker ? first(json, List.of("log")).stripTrailing() : null;
  }

  Line read(JsonObject json) {
    String time = first(json, TIME);
    if (time.equals(Line.MISSING)) {
      return new Line.Unusable("it is JSON without a time such as ts, time, msec or StartUTC");
    }
    OptionalLong micros = times.micros(time);
    if (micros.isEmpty()) {
      return new Line.Unusable(LogTime.PROBLEM);
    }
    Address client = Address.firstIn(first(json, CLIENT));
    if (client == null) {
      return new Line.Unusable(
          "it is JSON without an address such as remote_addr, request.remote_ip or ClientHost");
    }
    return new Line.Request(
        micros.getAsLong(),
        client.text(),
        method(json),
        path(json),
        first(json, AGENT),
        first(json, USER),
        Status.of(first(json, STATUS)));
  }

  private static String method(JsonObject json) {
    String method = first(json, METHOD);
    return method.equals(Line.MISSING)
        ? RequestLine.of(first(json, REQUEST_LINE)).method()
        : method;
  }

  private static String path(JsonObject json) {
    String path = first(json, REQUEST_PATH);
    if (path.equals(Line.MISSING)) {
      path = RequestLine.of(first(json, REQUEST_LINE)).path();
    }
    return path.equals(Line.MISSING) ? first(json, OTHER_PATH) : path;
  }

  /** Returns the first non-empty text or number among the names; {@code /} separates objects. */
  private static String first(JsonObject json, List<String> names) {
    for (String name : names) {
      JsonElement value = json;
      for (String part : name.split("/")) {
        value = value != null && value.isJsonObject() ? value.getAsJsonObject().get(part) : null;
      }
      if (value != null && value.isJsonArray() && !value.getAsJsonArray().isEmpty()) {
        value = value.getAsJsonArray().get(0);
      }
      if (value != null && value.isJsonPrimitive() && !value.getAsString().isEmpty()) {
        return bytes(value.getAsString());
      }
    }
    return Line.MISSING;
  }

  /**
   * Returns a text with one UTF-8 byte in each character. Escapes line feeds, because they separate
   * the fields of a key.
   */
  private static String bytes(String text) {
    byte[] bytes = text.replace("\n", "\\n").getBytes(StandardCharsets.UTF_8);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
