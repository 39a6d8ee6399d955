namespace TrainingDoctor.Tests.Browser;

/// <summary>A test that needs a browser; skipped with the reason where there is none, unless TRAINDOCTOR_REQUIRE_BROWSER=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public BrowserFactAttribute() => Skip = Reason;

    /// <summary>Gets why tests that need a browser are skipped; null when they are not.</summary>
    internal static string? Reason => ChromiumBrowser.Executable is null && TestEnvironment.Read("REQUIRE_BROWSER") != "1"
        ? "No Chromium was found; install the package chromium, or name one in TRAINDOCTOR_BROWSER."
        : null;
}
