using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>What can be read from syntax alone.</summary>
internal static class SourceSyntax
{
    /// <summary>The name of the method that is called: <c>c</c> of <c>a.b.c(d)</c>.</summary>
    public static string? CalledName(this InvocationExpressionSyntax call) => NameToken(call)?.ValueText;

    /// <summary>The token of the method's name: the place where a chain of calls is at that call.</summary>
    public static SyntaxToken? NameToken(this InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        SimpleNameSyntax name => name.Identifier,
        _ => null,
    };

    /// <summary>What the method is called on; null for a name alone.</summary>
    public static ExpressionSyntax? Receiver(this InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Expression,
        MemberBindingExpressionSyntax => call.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault()?.Expression,
        _ => null,
    };

    /// <summary>The expression within parentheses, casts and assertions that it is not null.</summary>
    public static ExpressionSyntax Bare(this ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Bare(inner.Expression),
        CastExpressionSyntax cast => Bare(cast.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure => Bare(sure.Operand),
        AwaitExpressionSyntax awaited => Bare(awaited.Expression),
        _ => expression,
    };

    /// <summary>Whether a node is a loop.</summary>
    public static bool IsLoop(this SyntaxNode node) => node is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax;

    /// <summary>The statement that a loop repeats.</summary>
    public static StatementSyntax LoopBody(this SyntaxNode loop) => loop switch
    {
        CommonForEachStatementSyntax each => each.Statement,
        ForStatementSyntax counted => counted.Statement,
        WhileStatementSyntax whileTrue => whileTrue.Statement,
        DoStatementSyntax doWhile => doWhile.Statement,
        _ => throw new ArgumentException("not a loop", nameof(loop)),
    };

    /// <summary>The keyword that a loop begins with, where something about the whole loop is reported.</summary>
    public static SyntaxToken LoopKeyword(this SyntaxNode loop) => loop switch
    {
        CommonForEachStatementSyntax each => each.ForEachKeyword,
        ForStatementSyntax counted => counted.ForKeyword,
        WhileStatementSyntax whileTrue => whileTrue.WhileKeyword,
        DoStatementSyntax doWhile => doWhile.DoKeyword,
        _ => loop.GetFirstToken(),
    };

    /// <summary>The loops around a node, innermost first, up to a body.</summary>
    public static IEnumerable<SyntaxNode> LoopsAround(this SyntaxNode node, SyntaxNode body)
    {
        for (var current = node.Parent; current is not null && current != body.Parent; current = current.Parent)
        {
            if (current.IsLoop() && current.LoopBody().Span.Contains(node.Span))
            {
                yield return current;
            }
        }
    }

    /// <summary>Whether an identifier has one of some words in it: <c>xVal</c> and <c>val_loader</c> have <c>val</c>, <c>value</c> has not.</summary>
    public static bool HasWord(string identifier, IReadOnlyCollection<string> words)
    {
        int start = 0;
        for (int i = 1; i <= identifier.Length; i++)
        {
            bool ends = i == identifier.Length || identifier[i] == '_' || (char.IsUpper(identifier[i]) && !char.IsUpper(identifier[i - 1])) || char.IsDigit(identifier[i]) != char.IsDigit(identifier[i - 1]);
            if (ends)
            {
                if (words.Contains(identifier.Substring(start, i - start).Trim('_', '@').ToLowerInvariant()))
                {
                    return true;
                }

                start = i;
            }
        }

        return false;
    }

    /// <summary>Whether any identifier within a node has one of some words.</summary>
    public static bool MentionsWord(this SyntaxNode node, IReadOnlyCollection<string> words) =>
        node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && HasWord(token.ValueText, words));

    /// <summary>The argument of a call with a name or at a place.</summary>
    public static ExpressionSyntax? Argument(this InvocationExpressionSyntax call, IMethodSymbol method, params string[] names)
    {
        var arguments = call.ArgumentList.Arguments;
        for (int i = 0; i < arguments.Count; i++)
        {
            string? name = arguments[i].NameColon?.Name.Identifier.ValueText ?? (i < method.Parameters.Length ? method.Parameters[i].Name : null);
            if (name is not null && names.Contains(name))
            {
                return arguments[i].Expression;
            }
        }

        return null;
    }
}
