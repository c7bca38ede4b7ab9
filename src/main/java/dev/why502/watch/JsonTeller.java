package dev.why502.watch;

import dev.why502.terminal.SafeText;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** For programs: each message as one line of JSON, and what is said of the connection apart. */
final class JsonTeller implements Teller {
  private final Sheet sheet;
  private final Consumer<String> aside;

  /**
   * @param aside takes a line for people, safe and without a line feed
   */
  JsonTeller(Sheet sheet, Consumer<String> aside) {
    this.sheet = sheet;
    this.aside = aside;
  }

  @Override
  public void heard(String address, JsonObject body) {
    String line = new JsonObject().put("address", address).put("body", body).encode();
    sheet.add(SafeText.json(line) + "\n");
  }

  @Override
  public void stands(Board board, Collection<Incident> incidents) {}

  @Override
  public void changed(List<Board.Change> changes) {}

  @Override
  public void gone(List<String> probes) {}

  @Override
  public void incident(Incident incident) {}

  @Override
  public void definitions(boolean accepted, List<String> errors) {}

  @Override
  public void problems(List<String> problems) {}

  @Override
  public void lost(String why) {
    aside.accept(Words.fill(Words.LOST, why));
  }

  @Override
  public void stillLost(String why) {
    aside.accept(Words.fill(Words.STILL_LOST, why));
  }

  @Override
  public void back(Duration away, boolean changes) {
    aside.accept(Words.fill(Words.BACK, Words.span(away)));
  }

  @Override
  public void silent(Duration quiet) {
    aside.accept(Words.fill(Words.SILENT, Words.span(quiet)));
  }

  @Override
  public void heardAgain() {
    aside.accept(Words.HEARD_AGAIN);
  }

  @Override
  public void status(Board board, Collection<Incident> incidents) {}
}
