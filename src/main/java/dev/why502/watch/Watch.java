package dev.why502.watch;

import dev.why502.bus.Spoken;
import dev.why502.terminal.SafeText;
import dev.why502.terminal.Terminal;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Follows a service from the calling thread until nobody reads what is printed. */
public final class Watch {
  /** More than every limit on the way to the first picture of the largest service. */
  private static final int FIRST_PICTURE_SECONDS = 120;

  private Watch() {}

  /**
   * Prints what stands and what comes, to the end of the reader. Returns what is wrong where the
   * service could not be followed at all, and null after it was.
   *
   * @param json whether a program reads
   * @param terminal standard output as it is at the moment of the question
   * @param spoken the language in which it is told
   */
  public static @Nullable String follow(
      Vertx vertx,
      WatchOptions options,
      boolean json,
      PrintStream out,
      PrintStream err,
      Supplier<Terminal> terminal,
      Spoken spoken) {
    Sheet sheet = new Sheet(out, terminal);
    Teller teller =
        json
            ? new JsonTeller(sheet, line -> err.println("why502: " + line), spoken)
            : new TextTeller(
                sheet, options.url().shown(), InstantSource.system(), spoken.translation());
    WatchVerticle verticle =
        new WatchVerticle(
            options,
            teller,
            sheet::behind,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble());
    try {
      vertx.deployVerticle(verticle).await(FIRST_PICTURE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      return options.url().shown() + " did not tell what stands in time";
    } catch (Exception refused) {
      // A future's failure comes as it is, checked or not.
      return SafeText.line(String.valueOf(refused.getMessage()));
    }
    sheet.write();
    return null;
  }
}
