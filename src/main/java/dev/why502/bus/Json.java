package dev.why502.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Case;
import dev.why502.incident.Incident;
import dev.why502.incident.Stored;
import dev.why502.observation.Observation;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Records to JSON and back. The same record gives the same text, always. Every text that leaves
 * goes through the mask.
 */
public final class Json {
  /** Of a stored case, in characters: more than all limits on evidence together come to. */
  public static final int MAX_CASE = 64 * 1024 * 1024;

  private final UnaryOperator<String> mask;

  /**
   * @param mask applied to each string value and each key of a map; must not throw
   */
  public Json(UnaryOperator<String> mask) {
    this.mask = mask;
  }

  /** A verdict as the contract shows it, without a sequence number. */
  public JsonObject verdict(Verdict verdict) {
    return object(Mappers.WIRE.writerFor(Verdict.class), verdict);
  }

  /** A verdict as the contract shows it. */
  public JsonObject verdict(Verdict verdict, long seq) {
    return object(
        Mappers.WIRE.writerFor(Verdict.class).withAttribute(VerdictSerializer.SEQUENCE, seq),
        verdict);
  }

  /**
   * An incident as the contract shows it.
   *
   * @param at when this is said of it
   */
  public JsonObject incident(Incident incident, Instant at, long seq, String node) {
    return object(
        Mappers.WIRE.writerFor(IncidentBody.class), IncidentBody.of(incident, at, seq, node));
  }

  /** What is needed to go on with an incident after a restart; nothing is lost but secrets. */
  public String writeStored(Stored stored) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Mappers.CASE.createGenerator(text)) {
      Mappers.CASE.writerFor(Stored.class).writeValue(new MaskingGenerator(out, mask), stored);
    } catch (IOException e) {
      throw new UncheckedIOException("writing records to memory does not fail", e);
    }
    return encodable(text.getBuffer());
  }

  /** Reads what {@link #writeStored} wrote, or null where it is something else. */
  public static @Nullable Stored readStored(String text) {
    try {
      Stored read = Mappers.CASE.readValue(text, Stored.class);
      return read == null || Components.missing(read, "") != null ? null : read;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** An observation as the contract shows it. */
  public JsonObject observation(Observation observation, long seq, String node) {
    return object(
        Mappers.WIRE.writerFor(ObservationBody.class), ObservationBody.of(observation, seq, node));
  }

  /** Any other record of ours, its components in their order. */
  public JsonObject record(Record record) {
    return object(Mappers.WIRE.writer(), record);
  }

  /** One line of JSON. */
  public String encode(JsonObject object) {
    return object.encode();
  }

  /** The case with nothing lost but its secrets; ends with a line feed. */
  public String writeCase(Case theCase) {
    StringWriter text = new StringWriter();
    // Not the platform's line separator: a case written anywhere has the same bytes.
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try (JsonGenerator out = Mappers.CASE.createGenerator(text)) {
      out.setPrettyPrinter(printer);
      Mappers.CASE.writerFor(Case.class).writeValue(new MaskingGenerator(out, mask), theCase);
    } catch (IOException e) {
      throw new UncheckedIOException("writing records to memory does not fail", e);
    }
    return encodable(text.append('\n').getBuffer());
  }

  /**
   * Reads what {@link #writeCase} wrote. What is missing, not known or twice there is a problem.
   */
  public static CaseRead readCase(String text) {
    if (text.length() > MAX_CASE) {
      return CaseRead.problem("", "longer than " + MAX_CASE + " characters");
    }
    try {
      Case read = Mappers.CASE.readValue(text, Case.class);
      if (read == null) {
        return CaseRead.problem("", "a case is needed, not null");
      }
      String missing = Components.missing(read, "");
      return missing == null ? CaseRead.of(read) : CaseRead.problem(missing, "is missing");
    } catch (JsonMappingException e) {
      return CaseRead.problem(pointer(e), words(e));
    } catch (JsonProcessingException e) {
      return CaseRead.problem("", words(e));
    }
  }

  /**
   * Halves of surrogate pairs as escapes: UTF-8 has no bytes for them, and a case goes to files.
   */
  private static String encodable(CharSequence text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        out.append(c).append(text.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        out.append("\\u").append(Integer.toHexString(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private JsonObject object(ObjectWriter writer, Object value) {
    try (TokenBuffer buffer = new TokenBuffer(Mappers.WIRE, false)) {
      writer.writeValue(new MaskingGenerator(buffer, mask), value);
      Map<String, Object> map = Mappers.WIRE.readValue(buffer.asParser(), Mappers.MAP);
      return new JsonObject(map);
    } catch (IOException e) {
      throw new UncheckedIOException("writing records to memory does not fail", e);
    }
  }

  private static String pointer(JsonMappingException e) {
    JsonPointer pointer = JsonPointer.empty();
    for (JsonMappingException.Reference step : e.getPath()) {
      pointer =
          step.getFieldName() == null
              ? pointer.appendIndex(Math.max(0, step.getIndex()))
              : pointer.appendProperty(step.getFieldName());
    }
    return pointer.toString();
  }

  /** The parser's words with the place in the text, and not its Java types and source excerpt. */
  private static String words(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : "line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr()
                + ": ";
    String words =
        e.getCause() instanceof NullPointerException
            ? "something that must be there is missing"
            : e.getOriginalMessage();
    return place
        + words.replaceAll("([a-z0-9]{1,32}\\.){2,9}", "").replaceAll(" \\((set|although).*", "");
  }
}
