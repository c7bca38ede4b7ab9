package dev.why502.watch;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Who is told what is heard: people, as text, or a program, as JSON. */
interface Teller {
  /** A message as it came, each once. */
  void heard(String address, JsonObject body);

  /** The whole picture, once, when it is known for the first time. */
  void stands(Board board, Collection<Incident> incidents);

  void changed(List<Board.Change> changes);

  /** Probes that the service watches no longer. */
  void gone(List<String> probes);

  void incident(Incident incident);

  void definitions(boolean accepted, List<String> errors);

  /** What is wrong with the service itself; empty where nothing is any more. */
  void problems(List<String> problems);

  /** The connection is lost; tries to get it back go on. */
  void lost(String why);

  /** A try was answered otherwise than the one before. */
  void stillLost(String why);

  void back(Duration away, boolean changes);

  /** Connected, and yet the service's own sign of life has been missed for so long. */
  void silent(Duration quiet);

  void heardAgain();

  /** What stands, for a status that is kept up to date; called often. */
  void status(Board board, Collection<Incident> incidents);
}
