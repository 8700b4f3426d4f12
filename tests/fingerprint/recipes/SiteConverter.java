import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.pattern.*;

/** %site: the first frame outside of the logging classes and the mixed-in forwarders of Scala's. */
@Plugin(name = "SiteConverter", category = PatternConverter.CATEGORY)
@ConverterKeys({"site"})
public final class SiteConverter extends LogEventPatternConverter {
  private SiteConverter() { super("site", "site"); }
  public static SiteConverter newInstance(String[] options) { return new SiteConverter(); }
  @Override public void format(LogEvent event, StringBuilder out) {
    boolean inside = false;
    for (StackTraceElement f : new Throwable().getStackTrace()) {
      String c = f.getClassName(), m = f.getMethodName();
      boolean logging = c.startsWith("org.apache.logging.") || c.startsWith("org.slf4j.") || c.endsWith("Logging") || c.startsWith("org.apache.log4j.")
        || c.startsWith("org.apache.commons.logging") || c.endsWith("Logging$class") || m.startsWith("logInfo") || m.startsWith("logWarning") || m.startsWith("logDebug")
        || m.startsWith("logError") || m.startsWith("logTrace") || c.startsWith("java.util.logging") || c.startsWith("java.lang.reflect") || c.equals("SiteConverter");
      if (logging) { inside = true; continue; }
      if (inside) { out.append(c).append('.').append(m).append(':').append(f.getLineNumber()); return; }
    }
  }
}
