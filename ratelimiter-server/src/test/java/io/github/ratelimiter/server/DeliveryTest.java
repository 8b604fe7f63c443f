package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.ratelimiter.rules.file.RuleFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Nothing of it is run here: there may be no Docker. */
@DisplayName("What deploys the service")
class DeliveryTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Pattern VARIABLE = Pattern.compile("RATELIMITER_[A-Z_]+");

  private static String text(String file) throws IOException {
    return Files.readString(DEPLOY.resolve(file));
  }

  private static List<Map<String, Object>> documents(String file) throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(text(file))) {
      documents.add(map(each));
    }
    return documents;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /** Returns a value inside maps, by its names. */
  private static Object at(Object from, String... names) {
    Object value = from;
    for (String name : names) {
      value = map(value).get(name);
      assertThat(value).as(name).isNotNull();
    }
    return value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "kubernetes/ratelimiter.yaml"})
  @DisplayName("sets options that exist")
  void options(String file) throws IOException {
    Set<String> options =
        Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()))
            .getCommandSpec()
            .options()
            .stream()
            .map(option -> option.longestName().replaceFirst("^-+", ""))
            .map(name -> "RATELIMITER_" + name.replace('-', '_').toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    Set<String> set = new TreeSet<>();
    Matcher variable = VARIABLE.matcher(text(file));
    while (variable.find()) {
      set.add(variable.group());
    }
    assertThat(set).hasSizeGreaterThan(3);
    assertThat(options).containsAll(set);
  }

  @Test
  @DisplayName("has rules without mistakes")
  void rules(@TempDir Path directory) throws IOException {
    assertThatCode(RuleFile.at(DEPLOY.resolve("rules.yaml"))::read).doesNotThrowAnyException();
    Object ofKubernetes = at(kind("ConfigMap"), "data", "rules.yaml");
    Path file = Files.writeString(directory.resolve("rules.yaml"), ofKubernetes.toString());
    assertThat(RuleFile.at(file).read().rule("login")).isPresent();
  }

  private static Map<String, Object> kind(String kind) throws IOException {
    return documents("kubernetes/ratelimiter.yaml").stream()
        .filter(each -> kind.equals(each.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("mounts files that exist")
  void files() throws IOException {
    Matcher mount = Pattern.compile("- (\\.[^:\\s]*):/").matcher(text("compose.yaml"));
    List<String> mounted = new ArrayList<>();
    while (mount.find()) {
      mounted.add(mount.group(1));
      assertThat(DEPLOY.resolve(mount.group(1))).exists();
    }
    assertThat(mounted).hasSizeGreaterThan(5);
  }

  @Test
  @DisplayName("starts a class that exists, and not as root")
  void image() throws Exception {
    String image = text("Dockerfile");
    Matcher main = Pattern.compile("\"(io\\.github\\.[\\w.]+)\"").matcher(image);
    assertThat(main.find()).isTrue();
    assertThat(Class.forName(main.group(1))).isEqualTo(Main.class);
    assertThat(image).containsPattern("(?m)^USER [1-9]\\d+$");
  }

  @Test
  @DisplayName(
      "scales from 10 to 100 instances at 70 % CPU and 80 % memory, up fast and down slowly")
  void scales() throws IOException {
    Object spec = at(kind("HorizontalPodAutoscaler"), "spec");
    assertThat(at(spec, "minReplicas")).isEqualTo(10);
    assertThat(at(spec, "maxReplicas")).isEqualTo(100);
    assertThat(at(spec, "metrics").toString())
        .contains("name=cpu", "averageUtilization=70", "name=memory", "averageUtilization=80");
    assertThat(at(spec, "behavior", "scaleUp").toString()).contains("value=50, periodSeconds=60");
    assertThat(at(spec, "behavior", "scaleDown", "stabilizationWindowSeconds")).isEqualTo(300);
  }
}
