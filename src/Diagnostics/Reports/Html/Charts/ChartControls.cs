namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>What a reader does to all charts at once: smooth, zoom, choose what stands along the bottom. Hidden until the script can do it.</summary>
internal static class ChartControls
{
    /// <summary>Writes the controls.</summary>
    /// <param name="context">The page.</param>
    public static void Write(HtmlContext context)
    {
        context.Html.Write($"""
            <div class="controls" id="controls" role="group" aria-label="{context.Say($"All charts")}" hidden>
            <label>{context.Say($"Smoothing")} <input type="range" id="smoothing" min="0" max="0.99" step="0.01" value="0"></label>
            <label id="axis-label" hidden>{context.Say($"Along the bottom")} <select id="axis"><option value="step">{context.Say($"Step")}</option></select></label>
            <label><input type="checkbox" id="outliers"> {context.Say($"Outliers within the scale")}</label>
            <span class="zoom"><button type="button" id="zoom-in" aria-label="{context.Say($"Zoom in")}">+</button><button type="button" id="zoom-out" aria-label="{context.Say($"Zoom out")}">−</button><button type="button" id="zoom-all" disabled>{context.Say($"Whole run")}</button></span>
            <span class="hint">{context.Say($"Drag across a chart or pinch it to zoom, double-click for the whole run.")}</span>
            </div>

            """);
    }

    /// <summary>Returns the words that the script puts together.</summary>
    /// <param name="language">The language.</param>
    public static IReadOnlyDictionary<string, string> Words(ReportLanguage language) => new Dictionary<string, string>
    {
        ["step"] = language.Of($"step"),
        ["epoch"] = language.Of($"epoch"),
        ["Epoch"] = language.Of($"Epoch"),
        ["time"] = language.Of($"time"),
        ["Time"] = language.Of($"Time"),
        ["steps"] = language.Of($"steps"),
        ["mean"] = language.Of($"mean"),
        ["smoothed"] = language.Of($"smoothed"),
        ["none"] = language.Of($"not measured"),
    };
}
