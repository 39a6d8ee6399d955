using Microsoft.Playwright;

namespace TrainingDoctor.Benchmarks.Pages;

/// <summary>Opens a page in a window of its own and takes times in it, in milliseconds.</summary>
/// <param name="names">What the script's times are of.</param>
/// <param name="script">Returns times from the beginning of the navigation, and of answers; an answer is there when its frame is drawn.</param>
internal sealed class Opening(IReadOnlyList<string> names, string script)
{
    private const string Begun = """
        async () => {
          const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          await drawn();
          const ready = performance.now();
          const navigation = performance.getEntriesByType("navigation")[0];
          const opened = [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN, navigation.domInteractive, navigation.loadEventEnd, ready];
          const timed = async (act) => { const begun = performance.now(); act(); await drawn(); return performance.now() - begun; };
        """;

    private static readonly string[] Beginning = ["first contentful paint", "document read", "scripts done, page loaded", "answers"];

    /// <summary>Gets what is done on the page of many runs.</summary>
    public static Opening OfManyRuns { get; } = new(
        [.. Beginning, "filtered by a word", "sorted by best loss", "ten runs chosen, in one chart"],
        Begun + """
          const find = document.getElementById("find");
          const filtered = await timed(() => { find.value = "0001"; find.dispatchEvent(new Event("input")); });
          find.value = ""; find.dispatchEvent(new Event("input"));
          const sorted = await timed(() => document.querySelector("th[data-sort=best] button").click());
          const boxes = [...document.querySelectorAll(".pick input")].slice(0, 10);
          const charted = await timed(() => boxes.forEach((box) => box.click()));
          return [...opened, filtered, sorted, charted];
        }
        """);

    /// <summary>Gets what is done on the page of one run.</summary>
    public static Opening OfOneRun { get; } = new(
        [.. Beginning, "shown to its end"],
        Begun + """
          const ended = await timed(() => scrollTo(0, document.body.scrollHeight));
          return [...opened, ended];
        }
        """);

    /// <summary>Opens a page once.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="address">The page's address.</param>
    /// <returns>What each thing took.</returns>
    public async Task<IEnumerable<(string Name, double Milliseconds)>> TakeAsync(IBrowser browser, string address)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1400, Height = 900 } });
        var page = await context.NewPageAsync();
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("Performance.enable");
        await page.GotoAsync(address);
        var spent = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        double[] figures = await page.EvaluateAsync<double[]>(script);
        return names.Zip(figures)
            .Concat(new[] { ("until loaded, work in all", "TaskDuration"), ("  of it layouts", "LayoutDuration"), ("  styles", "RecalcStyleDuration"), ("  scripts", "ScriptDuration") }
                .Select(part => (part.Item1, 1000 * spent[part.Item2])))
            .ToList();
    }
}
