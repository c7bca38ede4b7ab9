package dev.why502.bus;

import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.language.Language;
import dev.why502.language.Translation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * What goes out, in the language of whoever asked. Verdicts and incidents are translated where they
 * leave, so that the diagnosis speaks English alone; commands, names, codes and what logs say stay
 * as they are. May be shared by threads. Messages that are given are not changed.
 */
public final class Spoken {
  private static final List<String> SUBJECTS =
      List.of("verdicts", "joined", "evidence", "terminal");

  /** Sentences that are kept, and of what length at most. */
  private static final int KEPT = 2_048;

  private static final int LONGEST_KEPT = 512;

  private static final Spoken ENGLISH = new Spoken(Language.ENGLISH, Translation.none());

  private final Language language;
  private final Translation translation;

  /** Sentences come again: with each probe of one dead service, and with each minute. */
  private final Map<String, String> said = new ConcurrentHashMap<>();

  private Spoken(Language language, Translation translation) {
    this.language = language;
    this.translation = translation;
  }

  /** The words of a language; the catalogue is read when one is asked for the first time. */
  public static Spoken in(Language language) {
    return switch (language) {
      case ENGLISH -> ENGLISH;
      case CHINESE -> Chinese.WORDS;
    };
  }

  /** Loaded with the class, so once, and not by those who speak English. */
  private static final class Chinese {
    static final Spoken WORDS = new Spoken(Language.CHINESE, Translation.of(catalogue("zh")));
  }

  private static String catalogue(String folder) {
    StringBuilder text = new StringBuilder();
    for (String subject : SUBJECTS) {
      String name = folder + "/" + subject + ".tsv";
      try (InputStream in = Language.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("not in this jar: " + name);
        }
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException("a resource of the jar is read", e);
      }
    }
    return text.toString();
  }

  public Language language() {
    return language;
  }

  /** For who speaks of verdicts that are not JSON. */
  public Translation translation() {
    return translation;
  }

  /** One sentence of ours. */
  public String say(String english) {
    if (language == Language.ENGLISH || english.length() > LONGEST_KEPT) {
      return translation.say(english);
    }
    if (said.size() >= KEPT) {
      said.clear();
    }
    return said.computeIfAbsent(english, translation::say);
  }

  /** What a piece of evidence says; the line of a log in the log's own words. */
  public String say(Evidence piece) {
    return piece instanceof LogLine ? piece.summary() : say(piece.summary());
  }

  /** A verdict as {@link Json#verdict} wrote it. */
  public JsonObject verdict(JsonObject verdict) {
    if (language == Language.ENGLISH) {
      return verdict;
    }
    JsonObject said = shallow(verdict);
    text(said, "summary");
    each(said, "chain", link -> text(shallow(link), "summary"));
    each(said, "evidence", this::evidence);
    each(said, "ruledOut", cause -> text(shallow(cause), "because"));
    each(said, "unsettled", cause -> text(shallow(cause), "settledBy"));
    fix(said);
    each(said, "risks", this::risk);
    return said;
  }

  /** An incident with its verdict. */
  public JsonObject incident(JsonObject incident) {
    if (language == Language.ENGLISH) {
      return incident;
    }
    JsonObject said = text(shallow(incident), "summary");
    if (said.getValue("verdict") instanceof JsonObject verdict) {
      said.put("verdict", verdict(verdict));
    }
    return said;
  }

  /** A message as it goes over an address of the bus, or a reply to a query there. */
  public JsonObject message(String address, JsonObject body) {
    if (language == Language.ENGLISH) {
      return body;
    }
    return switch (address) {
      case Addresses.INCIDENTS -> incident(body);
      case Addresses.QUERY_VERDICTS -> each(shallow(body), "verdicts", this::verdict);
      case Addresses.QUERY_INCIDENTS -> each(shallow(body), "incidents", this::incident);
      default -> Addresses.verdicted(address) ? verdict(body) : body;
    };
  }

  private JsonObject risk(JsonObject risk) {
    JsonObject said = text(shallow(risk), "summary");
    each(said, "evidence", this::evidence);
    return fix(said);
  }

  private JsonObject fix(JsonObject said) {
    if (said.getValue("fix") instanceof JsonObject fix) {
      said.put("fix", text(shallow(fix), "summary"));
    }
    return said;
  }

  private JsonObject evidence(JsonObject piece) {
    boolean line =
        Evidence.Kind.GATEWAY_LOG.code().equals(piece.getValue("kind"))
            && piece.getValue("data") instanceof JsonObject data
            && data.containsKey("text");
    return line ? piece : text(shallow(piece), "summary");
  }

  private JsonObject text(JsonObject said, String key) {
    if (said.getValue(key) instanceof String english) {
      said.put(key, say(english));
    }
    return said;
  }

  private static JsonObject each(JsonObject said, String key, UnaryOperator<JsonObject> speak) {
    if (said.getValue(key) instanceof JsonArray list) {
      JsonArray all = new JsonArray();
      for (Object one : list) {
        all.add(one instanceof JsonObject part ? speak.apply(part) : one);
      }
      said.put(key, all);
    }
    return said;
  }

  /** The same entries in another map: of a message that others read too, nothing may change. */
  private static JsonObject shallow(JsonObject object) {
    Map<String, Object> entries = new LinkedHashMap<>(object.getMap());
    return new JsonObject(entries);
  }
}
