package dev.why502.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.why502.definition.Request.Header;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.SocketFile;
import dev.why502.incident.Incident;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** How the records of the core look in JSON, without a trace of JSON in the core. */
final class Mappers {
  /** Always three digits of a second, so that texts of one length sort by time. */
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final int MAX_DEPTH = 64;

  static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  /** For messages and answers: instants with milliseconds, verdicts in the contract's form. */
  static final ObjectMapper WIRE = wire();

  /** For stored cases: nothing is lost, and what was written reads back equal. */
  static final ObjectMapper CASE = stored();

  private Mappers() {}

  /** {@code NOT_YET_VALID} is {@code not-yet-valid}; a cause is its code. */
  static String code(Enum<?> value) {
    return value instanceof Cause cause
        ? cause.code()
        : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code GatewayState} is {@code gateway-state}. */
  static String typeName(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  static String millis(Instant at) {
    return MILLIS.format(at);
  }

  private static ObjectMapper wire() {
    SimpleModule module = new SimpleModule("why502-wire");
    module.addSerializer(Instant.class, text(Mappers::millis));
    module.addSerializer(Duration.class, text(DurationText::of));
    module.addSerializer(Evidence.class, new EvidenceSerializer());
    module.addSerializer(Verdict.class, new VerdictSerializer());
    module.addSerializer(Header.class, new HeaderSerializer());
    return base().addModule(module).build();
  }

  private static ObjectMapper stored() {
    SimpleModule module = new SimpleModule("why502-case");
    module.addSerializer(Instant.class, text(Instant::toString));
    module.addSerializer(Duration.class, text(DurationText::of));
    module.addSerializer(Header.class, new HeaderSerializer());
    module.addDeserializer(
        Instant.class,
        new TextDeserializer<>(
            Instant.class,
            text -> {
              try {
                return Instant.parse(text);
              } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("an instant such as 2025-09-18T09:46:00Z", e);
              }
            }));
    module.addDeserializer(
        Duration.class, new TextDeserializer<>(Duration.class, DurationText::parse));
    module.setMixInAnnotation(Evidence.class, Typed.class);
    module.setMixInAnnotation(Incident.class, Typed.class);
    for (Class<?> type : Incident.class.getPermittedSubclasses()) {
      module.registerSubtypes(new NamedType(type, typeName(type)));
    }
    module.setMixInAnnotation(SocketFile.class, FileTyped.class);
    for (Class<?> type : Evidence.class.getPermittedSubclasses()) {
      module.registerSubtypes(new NamedType(type, typeName(type)));
    }
    return base()
        .addModule(module)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();
  }

  private static JsonMapper.Builder base() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    return JsonMapper.builder(factory)
        .annotationIntrospector(new Codes())
        .serializationInclusion(JsonInclude.Include.NON_NULL)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
  }

  private static <T> JsonSerializer<T> text(Function<T, String> form) {
    return new JsonSerializer<T>() {
      @Override
      public void serialize(T value, JsonGenerator out, SerializerProvider provider)
          throws IOException {
        out.writeString(form.apply(value));
      }
    };
  }

  /** The discriminator of stored evidence. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Typed {}

  /** The one record with a component of the discriminator's name. */
  private interface FileTyped {
    @JsonProperty("fileType")
    String type();
  }

  /** Names of enum constants, for values and for keys, in both directions. */
  private static final class Codes extends JacksonAnnotationIntrospector {
    @Override
    public String[] findEnumValues(
        MapperConfig<?> config, AnnotatedClass type, Enum<?>[] values, String[] names) {
      String[] codes = new String[values.length];
      for (int i = 0; i < values.length; i++) {
        codes[i] = code(values[i]);
      }
      return codes;
    }
  }

  private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {
    private final transient Function<String, T> parse;

    TextDeserializer(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString("");
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(text, handledType(), String.valueOf(e.getMessage()));
      }
    }
  }
}
