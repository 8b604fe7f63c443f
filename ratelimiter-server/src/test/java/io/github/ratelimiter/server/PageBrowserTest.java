package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/** Skipped unless Chromium and its driver are installed where Debian has them. */
@DisplayName("In a browser, the page")
class PageBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final File DRIVER = new File("/usr/bin/chromedriver");

  private static final String HOSTILE = "<img src=x onerror=document.title=1>";
  private static final String RULES =
      """
      rules:
        - { id: api, name: "%s", match: { path: "/api/**" }, key: user, limits: fixed-window 2/d }
        - { id: orders, match: { path: /orders }, key: user, limits: fixed-window 2/d }
      lists:
        deny: [{ user: "%s", reason: "%s" }]
      """
          .formatted(HOSTILE, HOSTILE, HOSTILE);

  @TempDir private static Path directory;
  private static TestServer server;
  private static ChromeDriver browser;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && DRIVER.canExecute(),
        "the page is not tested in a browser: " + CHROMIUM + " or " + DRIVER + " is missing");
    Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
    server = TestServer.start("--rules", rules.toString());
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    // The sandbox does not work for root, nor does shared memory in small containers.
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    // With the path of the driver, Selenium looks for nothing and downloads nothing.
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
    if (server != null) {
      server.close();
    }
  }

  /** Each test has a tab of its own, without a token. */
  @BeforeEach
  void open() {
    String before = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    String tab = browser.getWindowHandle();
    browser.switchTo().window(before).close();
    browser.switchTo().window(tab);
    browser.get(server.base() + "/admin");
  }

  private static Object script(String script) {
    return browser.executeScript(script);
  }

  private static WebElement at(String id) {
    return browser.findElement(By.id(id));
  }

  private static String text(String id) {
    return String.valueOf(script("return document.getElementById('" + id + "').innerText"));
  }

  private static void awaitText(String id, String expected) {
    eventually(id + " has the text " + expected).until(() -> text(id).contains(expected));
  }

  private static void enter(String token) {
    at("token").sendKeys(token, Keys.ENTER);
  }

  private static void enterWriter() {
    enter(TestServer.WRITER.secret());
    awaitText("rules", "fixed-window");
  }

  /** Two are allowed. They are on the page for a minute, so each test makes its own. */
  private static void check(String endpoint, int times) {
    for (int i = 0; i < times; i++) {
      server.check("{\"user_id\": \"%s\", \"endpoint\": \"%s\"}".formatted(HOSTILE + 1, endpoint));
    }
  }

  private static long calls() {
    return (Long)
        script("return performance.getEntriesByName(location.origin + '/v1/admin/traffic').length");
  }

  @Test
  @DisplayName("shows rules, counts, keys and lists; what looks like markup is text")
  void contents() {
    enterWriter();
    check("/api/1", 5);
    awaitText("rules", "\t2\t3");
    assertThat(text("rules")).contains(HOSTILE, "the default");
    awaitText("top-minute", "user:" + HOSTILE + 1);
    assertThat(text("top-minute")).contains("api", "3");
    awaitText("top-hour", "user:" + HOSTILE + 1);
    awaitText("lists", HOSTILE);
    awaitText("audit", "This needs a database. Start the service with --postgres.");
    assertThat(text("versions")).contains("Version");
    assertThat(text("health")).contains("healthy");
    assertThat(browser.findElements(By.tagName("img"))).isEmpty();
    assertThat(browser.getTitle()).isEqualTo("ratelimiter");
  }

  @Test
  @DisplayName("refuses to make markup from text at all")
  void trustedTypes() {
    assertThat(script("try { document.body.innerHTML = '<b>'; } catch (e) { return e.name; }"))
        .isEqualTo("TypeError");
  }

  @Test
  @DisplayName("explains a request, and tells what is wrong with one")
  void explanation() {
    check("/orders", 3);
    enterWriter();
    browser.findElement(By.name("user_id")).sendKeys(HOSTILE + 1);
    browser.findElement(By.name("endpoint")).sendKeys("/orders", Keys.ENTER);
    awaitText("explanation", "Refused");
    assertThat(text("explanation")).contains("orders", HOSTILE + 1);
    browser.findElement(By.name("user_id")).clear();
    browser.findElement(By.name("endpoint")).sendKeys(Keys.ENTER);
    awaitText("explanation", "Allowed");
    script("document.getElementsByName('method')[0].value = 'x'.repeat(1025)");
    browser.findElement(By.name("method")).sendKeys(Keys.ENTER);
    awaitText("explanation", "has 1025 characters");
  }

  @Test
  @DisplayName("keeps the token in the tab only, and forgets it with all data")
  void token() {
    enterWriter();
    assertThat(browser.getCurrentUrl()).isEqualTo(server.base() + "/admin");
    assertThat(script("return localStorage.length + document.cookie.length")).isEqualTo(0L);
    assertThat(script("return document.getElementById('token').value")).isEqualTo("");
    browser.navigate().refresh();
    awaitText("rules", "fixed-window");
    at("forget").click();
    assertThat(script("return sessionStorage.length")).isEqualTo(0L);
    assertThat(at("token").isDisplayed()).isTrue();
    assertThat(script("return document.getElementById('rules').textContent")).isEqualTo("");
  }

  @Test
  @DisplayName("says that a token is wrong, or may only read")
  void denied() {
    enter("wrong");
    awaitText("message", "The token is not accepted. Enter one that the service was started with.");
    assertThat(script("return sessionStorage.length")).isEqualTo(0L);
    enter(TestServer.READER.secret());
    awaitText("rules", "fixed-window");
    assertThat(text("message")).isEmpty();
    at("switch-on").click();
    at("confirmed").click();
    awaitText("switch-error", "This token may only read.");
    assertThat(text("switch-state")).isEqualTo("The rules are enforced.");
  }

  @Test
  @DisplayName("stops all refusals by the keyboard alone, after a confirmation")
  void killSwitch() {
    script("document.getElementById('token').focus()");
    keys(TestServer.WRITER.secret(), Keys.ENTER);
    awaitText("switch-state", "The rules are enforced.");
    tabTo("switch-on");
    keys(Keys.ENTER);
    assertThat(focus()).isEqualTo("cancel");
    keys(Keys.ESCAPE);
    assertThat(at("confirm").isDisplayed()).isFalse();
    tabTo("switch-on");
    keys(Keys.ENTER);
    keys(Keys.TAB, Keys.ENTER);
    awaitText("switch-state", "nothing is refused");
    assertThat(server.admin("GET", "/v1/admin/shadow", "").text("/shadowed")).isEqualTo("true");
    tabTo("switch-off");
    keys(Keys.ENTER, Keys.TAB, Keys.ENTER);
    awaitText("switch-state", "The rules are enforced.");
    assertThat(server.admin("GET", "/v1/admin/shadow", "").text("/shadowed")).isEqualTo("false");
  }

  private static String focus() {
    return String.valueOf(script("return document.activeElement.id"));
  }

  /** Presses keys, whatever has the focus then. */
  private static void keys(CharSequence... keys) {
    for (CharSequence each : keys) {
      new Actions(browser).sendKeys(each).perform();
    }
  }

  private static void tabTo(String id) {
    for (int i = 0; i < 60 && !focus().equals(id); i++) {
      keys(Keys.TAB);
    }
    assertThat(focus()).isEqualTo(id);
    assertThat(script("return getComputedStyle(document.activeElement).outlineStyle"))
        .isEqualTo("solid");
  }

  @Test
  @DisplayName("does not scroll sideways in a window of 360 pixels")
  void narrow() {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 360, "height", 800, "deviceScaleFactor", 1, "mobile", true));
    enterWriter();
    awaitText("lists", HOSTILE);
    assertThat(script("return document.documentElement.scrollWidth")).isEqualTo(360L);
  }

  @Test
  @DisplayName("refreshes while it is seen, and not while it is paused or hidden")
  void refresh() {
    script("document.body.dataset.refreshSeconds = 0.05");
    enterWriter();
    awaitMoreCalls();
    at("pause").click();
    assertNoMoreCalls();
    at("pause").click();
    awaitMoreCalls();
    script(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
            + "document.dispatchEvent(new Event('visibilitychange'))");
    assertNoMoreCalls();
    script("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
    awaitMoreCalls();
  }

  private static void awaitMoreCalls() {
    long before = calls();
    eventually("the page refreshes").until(() -> calls() > before + 2);
  }

  /** A call that has begun may end; then there are none for ten times as long as it waits. */
  private static void assertNoMoreCalls() {
    Object more =
        browser.executeAsyncScript(
            """
            const done = arguments[0];
            const calls = () => performance.getEntriesByType('resource').length;
            setTimeout(() => { const before = calls(); setTimeout(() => done(calls() - before), 500); }, 300);
            """);
    assertThat(more).isEqualTo(0L);
  }

  @Test
  @DisplayName("says that there is no connection, and goes on when there is one again")
  void unreachable() {
    script("document.body.dataset.refreshSeconds = 0.05");
    enterWriter();
    browser.executeCdpCommand("Network.enable", Map.of());
    network(true);
    awaitText("message", "This device is offline.");
    network(false);
    eventually("the message is gone").until(() -> text("message").isEmpty());
  }

  private static void network(boolean offline) {
    browser.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }
}
