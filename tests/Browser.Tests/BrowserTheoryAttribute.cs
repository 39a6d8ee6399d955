namespace TrainingDoctor.Tests.Browser;

/// <summary>A test with several inputs that needs a browser; skipped as <see cref="BrowserFactAttribute"/> says.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    /// <summary>Creates the attribute.</summary>
    public BrowserTheoryAttribute() => Skip = BrowserFactAttribute.Reason;
}
