package dev.why502.watch;

import dev.why502.bus.Spoken;
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
  private final Spoken spoken;
  private final Words words;

  /**
   * @param aside takes a line for people, safe and without a line feed
   * @param spoken what is said, also in the messages
   */
  JsonTeller(Sheet sheet, Consumer<String> aside, Spoken spoken) {
    this.sheet = sheet;
    this.aside = aside;
    this.spoken = spoken;
    this.words = new Words(spoken.translation());
  }

  @Override
  public void heard(String address, JsonObject body) {
    String line =
        new JsonObject()
            .put("address", address)
            .put("body", spoken.message(address, body))
            .encode();
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
    aside.accept(words.fill(Words.LOST, why));
  }

  @Override
  public void stillLost(String why) {
    aside.accept(words.fill(Words.STILL_LOST, why));
  }

  @Override
  public void back(Duration away, boolean changes) {
    aside.accept(words.fill(Words.BACK, Words.span(away)));
  }

  @Override
  public void silent(Duration quiet) {
    aside.accept(words.fill(Words.SILENT, Words.span(quiet)));
  }

  @Override
  public void heardAgain() {
    aside.accept(words.say(Words.HEARD_AGAIN));
  }

  @Override
  public void status(Board board, Collection<Incident> incidents) {}
}
