package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.json.Json;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The Chromium of this machine, one for all classes of tests; a window for each test. */
final class Chromium implements BeforeAllCallback, AfterEachCallback {
  static final double PATIENCE_MILLIS = 10_000;
  private static final double POLL_MILLIS = 30;

  private final List<BrowserContext> contexts = new ArrayList<>();
  private @Nullable Browser browser;

  /** Where the browser is, or null. */
  private static @Nullable String program() {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
        File file = new File(directory, name);
        if (file.canExecute()) {
          return file.getPath();
        }
      }
    }
    return null;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    String program = program();
    if (program == null && Boolean.getBoolean("why502.require.gateways")) {
      fail("chromium is required and missing");
    }
    assumeTrue(program != null, "chromium is not on the path: skipped");
    browser =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(Chromium.class))
            .getOrComputeIfAbsent(
                Running.class, key -> Running.start(String.valueOf(program)), Running.class)
            .browser();
  }

  /** Closed when the last test has ended. */
  private record Running(Playwright playwright, Browser browser) implements AutoCloseable {
    static Running start(String program) {
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      Browser browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(Path.of(program))
                      .setArgs(
                          List.of(
                              "--no-sandbox", "--disable-dev-shm-usage", "--disable-lcd-text")));
      return new Running(playwright, browser);
    }

    @Override
    public void close() {
      browser.close();
      playwright.close();
    }
  }

  /** How a window looks and speaks. */
  record Look(int width, int height, ColorScheme scheme, String locale) {
    static final Look DESKTOP = new Look(1280, 900, ColorScheme.LIGHT, "en-GB");
    static final Look DARK = new Look(1280, 900, ColorScheme.DARK, "en-GB");
    static final Look PHONE = new Look(390, 844, ColorScheme.LIGHT, "en-GB");
    static final Look CHINESE = new Look(1280, 900, ColorScheme.LIGHT, "zh-CN");
  }

  /** A new window, which keeps what goes wrong in it. */
  Window open(Look look) {
    if (browser == null) {
      throw new IllegalStateException("no browser");
    }
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.scheme())
                .setLocale(look.locale())
                .setTimezoneId("UTC"));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    contexts.add(context);
    return new Window(context.newPage());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
  }

  /** A page, with its dialogs, complaints and requests. */
  static final class Window {
    final Page page;
    final List<String> dialogs = new CopyOnWriteArrayList<>();
    final List<String> console = new CopyOnWriteArrayList<>();
    final List<String> errors = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    Window(Page page) {
      this.page = page;
      page.onDialog(
          dialog -> {
            dialogs.add(dialog.message());
            dialog.dismiss();
          });
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
              console.add(message.text());
            }
          });
      page.onPageError(errors::add);
      page.onRequest(request -> requests.add(request.url()));
      page.addInitScript(
          "window.violations = []; addEventListener('securitypolicyviolation',"
              + " (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));");
    }

    Window go(String url) {
      page.navigate(url);
      return this;
    }

    /**
     * Waits until an expression is true. Asked again and again from outside: what waits inside the
     * page needs eval, which the page's policy forbids.
     */
    Window until(String expression) {
      return until(expression, PATIENCE_MILLIS);
    }

    Window until(String expression, double patienceMillis) {
      long end = System.nanoTime() + (long) (patienceMillis * 1_000_000);
      while (!holds(expression)) {
        if (System.nanoTime() > end) {
          throw new AssertionError(
              "not so: " + expression + "\n" + page.evaluate("document.body.innerText"));
        }
        page.waitForTimeout(POLL_MILLIS);
      }
      return this;
    }

    private boolean holds(String expression) {
      try {
        return Boolean.TRUE.equals(page.evaluate("() => Boolean(" + expression + ")"));
      } catch (PlaywrightException replaced) {
        if (String.valueOf(replaced.getMessage()).contains("because of a navigation")) {
          return false;
        }
        throw replaced;
      }
    }

    Window untilLead(String text) {
      return until(
          "document.getElementById('lead').textContent.includes(" + Json.encode(text) + ")");
    }

    String text(String selector) {
      return page.locator(selector).first().innerText();
    }

    List<?> violations() {
      return (List<?>) page.evaluate("violations");
    }
  }
}
