using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TrainingDoctor.Tests.Browser;

/// <summary>The charts of a report on a page: where they are, what they tell, and what a hand does with them.</summary>
internal static partial class ChartPage
{
    /// <summary>Finds a chart by its title.</summary>
    public static ILocator Chart(IPage page, string title) => page.Locator("#curves ~ .charts > figure").Filter(new() { Has = page.Locator("figcaption", new() { HasTextRegex = new Regex($"^{title}") }) });

    /// <summary>Brings a chart into view, where the script takes it over.</summary>
    public static async Task<ILocator> LiveAsync(IPage page, string title)
    {
        var chart = Chart(page, title);
        await chart.ScrollIntoViewIfNeededAsync();
        await Expect(chart.Locator("canvas")).ToBeVisibleAsync();
        return chart.Locator("canvas");
    }

    /// <summary>Reads what a chart tells of the step under the cursor.</summary>
    public static async Task<string> ReadoutAsync(IPage page, string title) => await Chart(page, title).Locator(".readout").TextContentAsync() ?? string.Empty;

    /// <summary>The first and the last step in view, as the keys find them.</summary>
    public static async Task<(int First, int Last)> EndsAsync(IPage page, string title)
    {
        await Chart(page, title).Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        int first = StepOf(await ReadoutAsync(page, title));
        await page.Keyboard.PressAsync("End");
        int last = StepOf(await ReadoutAsync(page, title));
        await page.Keyboard.PressAsync("Escape");
        return (first, last);
    }

    /// <summary>Drags over a part of a chart, from one share of its width to another.</summary>
    public static async Task DragAsync(IPage page, string title, double from, double to)
    {
        var over = Chart(page, title).Locator(".u-over");
        await over.ScrollIntoViewIfNeededAsync();
        var box = (await over.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * from)), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * to)), box.Y + (box.Height / 2), new() { Steps = 5 });
        await page.Mouse.UpAsync();
    }

    /// <summary>Reads the step of a readout.</summary>
    public static int StepOf(string? readout) => int.Parse(Step().Match(readout ?? string.Empty).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex("^step ([0-9,]+)")]
    private static partial Regex Step();
}
