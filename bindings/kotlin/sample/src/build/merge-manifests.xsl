<?xml version="1.0" encoding="utf-8"?>
<!-- The app's manifest with what the library's declares, as Gradle's merger makes it of these two:
     everything of the library's, and of its application's attributes those that the app does not
     set itself. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:param name="library"/>
  <xsl:variable name="other" select="document(concat('file://', $library))/manifest"/>

  <xsl:template match="manifest">
    <xsl:copy>
      <xsl:copy-of select="@*"/>
      <xsl:copy-of select="$other/*[not(self::application)]"/>
      <xsl:apply-templates/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="application">
    <xsl:copy>
      <xsl:copy-of select="$other/application/@*"/>
      <xsl:copy-of select="@*"/>
      <xsl:copy-of select="$other/application/*"/>
      <xsl:apply-templates/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="*">
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
