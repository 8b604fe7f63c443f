package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The contract of the service, against which every answer of the tests is held. */
final class Contract {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode document;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  private Contract(JsonNode document) {
    this.document = document;
  }

  static Contract load() {
    try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
      String yaml = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
      return new Contract(JSON.valueToTree(new Load(settings).loadFromString(yaml)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode document() {
    return document;
  }

  /** The operations and statuses that were answered, such as {@code post /v1/... 200}. */
  Set<String> answered() {
    return answered;
  }

  /** Returns all operations, such as {@code get /health}. */
  List<String> operations() {
    return document.path("paths").properties().stream()
        .flatMap(
            path ->
                path.getValue().propertyNames().stream()
                    .map(method -> method + " " + path.getKey()))
        .toList();
  }

  /** Asserts that an answer is one that the contract has. */
  void check(String method, String uri, int status, String mediaType, String body) {
    String path = template(uri.replaceFirst("\\?.*", ""));
    String operation = method.toLowerCase(java.util.Locale.ROOT) + " " + path;
    JsonNode responses =
        document.path("paths").path(path).path(method.toLowerCase(java.util.Locale.ROOT));
    assertThat(responses.isMissingNode()).as(operation + " is in the contract").isFalse();
    JsonNode response = responses.path("responses").path(Integer.toString(status));
    assertThat(response.isMissingNode())
        .as("%s may answer %d: %s", operation, status, body)
        .isFalse();
    answered.add(operation + " " + status);
    String pointer =
        response.has("$ref")
            ? response.path("$ref").stringValue()
            : "#/paths/%s/%s/responses/%d"
                .formatted(escaped(path), method.toLowerCase(java.util.Locale.ROOT), status);
    JsonNode content = at(pointer).path("content");
    if (body.isEmpty() && content.isMissingNode()) {
      return;
    }
    String type = mediaType.replaceAll(";.*", "");
    assertThat(content.has(type)).as("%s %d may be %s", operation, status, type).isTrue();
    if (type.endsWith("json")) {
      Schema schema =
          schemas.computeIfAbsent(pointer + "/content/" + escaped(type) + "/schema", this::schema);
      assertThat(schema.validate(body, InputFormat.JSON))
          .as("%s %d: %s", operation, status, body)
          .isEmpty();
    }
  }

  /** Returns the path of the contract, which may have parameters. */
  private String template(String path) {
    return document.path("paths").has(path)
        ? path
        : document.path("paths").propertyNames().stream()
            .filter(each -> path.matches(each.replaceAll("\\{[^}]*}", "[^/]+")))
            .findFirst()
            .orElse(path);
  }

  private JsonNode at(String pointer) {
    return document.at(pointer.substring(1));
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private Schema schema(String pointer) {
    ObjectNode root = JSON.createObjectNode();
    root.put("$ref", pointer);
    root.set("components", document.path("components"));
    root.set("paths", document.path("paths"));
    return SCHEMAS.getSchema(root);
  }
}
